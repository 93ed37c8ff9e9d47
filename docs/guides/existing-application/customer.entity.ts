import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A user of the application, in the database of the application. */
@Entity({ name: 'customers' })
export class Customer {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text', unique: true })
  email!: string;
}
