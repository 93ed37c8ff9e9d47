import { Module } from '@nestjs/common';
import { SignedInModule } from '../signed-in/signed-in.module.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({ imports: [SignedInModule], controllers: [UsersController], providers: [UsersService] })
export class UsersModule {}
