import { ForbiddenException, Injectable, UnauthorizedException } from '@nestjs/common';
import { UserScope, UsersRepository } from 'trading-journal-database';
import type { User } from 'trading-journal-database';
import { SessionTokens } from '../signed-in/session-tokens.js';
import { hashPassword, isPassword } from './passwords.js';
import type { Confirmation, Credentials, EmailChange, PasswordChange } from './user-requests.js';

/** The answer to a registration or a sign-in. */
export interface Session {
  token: string;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly scope: UserScope,
    private readonly tokens: SessionTokens,
  ) {}

  /** @throws EmailTakenError, InvalidInputError */
  async register({ email, password }: Credentials): Promise<Session> {
    const { id } = await this.users.create({ email, passwordHash: await hashPassword(password) });
    return { token: this.tokens.issue(id) };
  }

  /** @throws UnauthorizedException, the same one for an unknown address and a wrong password */
  async signIn({ email, password }: Credentials): Promise<Session> {
    const user = await this.users.findByEmailWithPasswordHash(email);
    if (!(await isPassword(password, user?.passwordHash)) || user === null)
      throw new UnauthorizedException('The address or the password is wrong.');
    return { token: this.tokens.issue(user.id) };
  }

  me(): Promise<User> {
    return this.users.get(this.scope.userId);
  }

  async changePassword({ password, newPassword }: PasswordChange): Promise<void> {
    const { id } = await this.#confirm(password);
    await this.users.update(id, { passwordHash: await hashPassword(newPassword) });
  }

  /** @throws EmailTakenError, InvalidInputError */
  async changeEmail({ password, email }: EmailChange): Promise<User> {
    const { id } = await this.#confirm(password);
    return this.users.update(id, { email });
  }

  /**
   * Deletes the user with the whole journal.
   * @throws UserBusyError, UserStillReferencedError
   */
  async delete({ password }: Confirmation): Promise<void> {
    const { id } = await this.#confirm(password);
    await this.users.delete(id);
  }

  /** The signed-in user. @throws ForbiddenException */
  async #confirm(password: string): Promise<User> {
    const { email } = await this.me();
    const user = await this.users.findByEmailWithPasswordHash(email);
    if (user === null || !(await isPassword(password, user.passwordHash)))
      throw new ForbiddenException('The password is wrong.');
    return user;
  }
}
