import { ViewColumn, ViewEntity } from 'typeorm';
import type { DecimalString } from '../../model/decimal.js';

/**
 * The browser application's view `v_cost_basis` over entries that are not deleted: its own counted
 * those too, which was a fault. It nets what was bought and sold, whatever the account;
 * `LegacyReadModel.costBasis` has it of one account too, and as known at an instant. What shares
 * cost that are held is in `ShareLotsReadModel`.
 */
@ViewEntity({ name: 'v_cost_basis', synchronize: false })
export class LegacyCostBasis {
  @ViewColumn({ name: 'user_id' })
  userId!: string;

  @ViewColumn()
  symbol!: string | null;

  /** Assigned or bought, less sold. */
  @ViewColumn()
  shares!: DecimalString | null;

  /** Sum of the amounts of these entries. */
  @ViewColumn({ name: 'net_cash' })
  netCash!: DecimalString;

  /** −net cash / shares, rounded to eight places; null for no shares. */
  @ViewColumn({ name: 'avg_cost' })
  averageCost!: DecimalString | null;
}
