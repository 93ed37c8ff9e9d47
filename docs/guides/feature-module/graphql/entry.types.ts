import { Field, GraphQLISODateTime, ID, Int, ObjectType } from '@nestjs/graphql';

/** An entry of the journal. Amounts are decimals as text: `Float` would lose cents. */
@ObjectType('JournalEntry')
export class EntryType {
  @Field(() => ID)
  id!: string;

  @Field(() => GraphQLISODateTime)
  ts!: Date;

  @Field(() => String)
  type!: string;

  @Field(() => String, { nullable: true })
  symbol!: string | null;

  @Field(() => String)
  amount!: string;
}

@ObjectType()
export class EntryPage {
  @Field(() => [EntryType])
  items!: EntryType[];

  @Field(() => Int)
  total!: number;

  @Field(() => Int)
  page!: number;

  @Field(() => Int)
  pages!: number;
}
