import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

/**
 * A placeholder for the authentication of your application (Passport, JWT, sessions). A token is
 * the user's id and a signature, and never expires.
 */
@Injectable()
export class SessionTokens {
  readonly #secret: string;

  /** @throws Error if `SESSION_SECRET` is not set */
  constructor(config: ConfigService) {
    this.#secret = config.getOrThrow<string>('SESSION_SECRET');
  }

  issue(userId: string): string {
    return `${userId}.${this.#signature(userId)}`;
  }

  /** Returns the user's id of a valid token, else undefined. */
  userOf(token: string): string | undefined {
    const userId = token.slice(0, token.lastIndexOf('.'));
    const [given, expected] = [Buffer.from(token), Buffer.from(this.issue(userId))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? userId : undefined;
  }

  #signature(userId: string): string {
    return createHmac('sha256', this.#secret).update(userId).digest('base64url');
  }
}
