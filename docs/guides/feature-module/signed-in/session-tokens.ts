import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

/**
 * Stands in for the sign-in of your application (Passport, JWT, sessions): a token is the user's id
 * and a signature, and never expires.
 */
@Injectable()
export class SessionTokens {
  readonly #secret: string;

  /** @throws Error, at start, if `SESSION_SECRET` is not set */
  constructor(config: ConfigService) {
    this.#secret = config.getOrThrow<string>('SESSION_SECRET');
  }

  issue(userId: string): string {
    return `${userId}.${this.#signature(userId)}`;
  }

  /** The user of a token that was issued here; undefined for any other text. */
  userOf(token: string): string | undefined {
    const userId = token.slice(0, token.lastIndexOf('.'));
    const [given, expected] = [Buffer.from(token), Buffer.from(this.issue(userId))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? userId : undefined;
  }

  #signature(userId: string): string {
    return createHmac('sha256', this.#secret).update(userId).digest('base64url');
  }
}
