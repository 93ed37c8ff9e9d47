import { Injectable } from '@nestjs/common';
import { EmailTakenError, UsersRepository } from 'trading-journal-database';

/** Finds the user of the journal that belongs to a user of the application. */
@Injectable()
export class JournalUsers {
  constructor(private readonly users: UsersRepository) {}

  /**
   * Creates the user of the journal at the first call.
   * @returns the id of the user of the journal, a UUID
   */
  async idOf(customerId: number): Promise<string> {
    const email = addressOf(customerId);
    const user = (await this.users.findByEmail(email)) ?? (await this.#create(email));
    return user.id;
  }

  async #create(email: string): Promise<{ id: string }> {
    try {
      return await this.users.create({ email });
    } catch (error) {
      // Another request of the same user has created it.
      const created = error instanceof EmailTakenError ? await this.users.findByEmail(email) : null;
      if (created === null) throw error;
      return created;
    }
  }
}

/** An address that never changes. The domain `invalid` receives no mail. */
export const addressOf = (customerId: number) => `${customerId}@customers.invalid`;
