import type { IncomingMessage } from 'node:http';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { SessionTokens } from './session-tokens.js';

/** A request that has passed the guard. */
export interface SignedInRequest extends IncomingMessage {
  userId: string;
}

/** The id of the authenticated user. */
export function signedInUser(context: ExecutionContext): string {
  return context.switchToHttp().getRequest<SignedInRequest>().userId;
}

/** Rejects anonymous requests, and stores the user's id in the request. */
@Injectable()
export class SignedInGuard implements CanActivate {
  constructor(private readonly tokens: SessionTokens) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const userId = this.tokens.userOf(token);
    if (userId === undefined) throw new UnauthorizedException('Sign in first.');
    request.userId = userId;
    return true;
  }
}
