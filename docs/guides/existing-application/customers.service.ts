import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Customer } from './customer.entity.js';

@Injectable()
export class CustomersService {
  constructor(@InjectRepository(Customer, 'app') private readonly customers: Repository<Customer>) {}

  register(email: string): Promise<Customer> {
    return this.customers.save({ email });
  }
}
