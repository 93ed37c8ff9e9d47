import type { IncomingMessage } from 'node:http';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isPublic } from './public.js';
import { SessionTokens } from './session-tokens.js';

/** A request that has passed the guard. */
export interface SignedInRequest extends IncomingMessage {
  /** Undefined on a public route. */
  userId?: string;
}

/** The id of the authenticated user; undefined on a public route. */
export function signedInUser(context: ExecutionContext): string | undefined {
  return requestOf(context).userId;
}

/** The request of a route, or of a GraphQL operation, whose context has it as `req`. */
function requestOf(context: ExecutionContext): SignedInRequest {
  return context.getType<string>() === 'graphql'
    ? context.getArgByIndex<{ req: SignedInRequest }>(2).req
    : context.switchToHttp().getRequest<SignedInRequest>();
}

/**
 * Rejects anonymous requests, unless the route is `@Public()`. Stores the user's id in the request.
 */
@Injectable()
export class SignedInGuard implements CanActivate {
  constructor(
    private readonly tokens: SessionTokens,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride(isPublic, [context.getHandler(), context.getClass()])) return true;
    const request = requestOf(context);
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const userId = this.tokens.userOf(token);
    if (userId === undefined) throw new UnauthorizedException('Sign in first.');
    request.userId = userId;
    return true;
  }
}
