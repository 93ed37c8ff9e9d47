import { SetMetadata } from '@nestjs/common';

export const isPublic = Symbol('isPublic');

/** Admits anonymous requests to a route. No user scope is open in it. */
export const Public = () => SetMetadata(isPublic, true);
