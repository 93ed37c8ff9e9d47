import { connect } from 'node:net';
import { framed } from '../support/framed-messages.js';
import { endTogether, listen, throughPort } from '../support/forwarding-server.js';
import { eachMessage } from '../support/frontend-messages.js';

/** How the proxy makes BEGIN, or the statement that sets the scope, fail. */
type ScopeFault =
  /** The server cancels the statement, as with `pg_cancel_backend`. */
  | 'cancelled'
  /** The statement names a role that does not exist. */
  | 'of a missing role';

/** A proxy that makes setting a scope fail. */
export interface ScopeProxy {
  url: string;
  /** The fault for every BEGIN and scope statement from now on; undefined: none. */
  fault: ScopeFault | undefined;
  /** Number of faults injected so far. */
  faults(): number;
  close(): Promise<void>;
}

const cancelled = 'SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(30)';
const missingRole = 'missing_role';
const role = /journal_(user|auth)/;

export async function startScopeProxy(databaseUrl: string): Promise<ScopeProxy> {
  const { hostname, port } = new URL(databaseUrl);
  let faults = 0;
  const server = await listen((client) => {
    const upstream = connect(Number(port), hostname);
    eachMessage(client, (message, isStartup) => {
      const { fault } = proxy;
      upstream.write(!isStartup && fault && setsScope(message) ? faulty(message, fault) : message);
    });
    upstream.pipe(client);
    endTogether(client, upstream);
  });

  const faulty = (message: Buffer, fault: ScopeFault): Buffer => {
    faults += 1;
    // Both role names have the same length, so the message length stays correct.
    if (fault === 'of a missing role')
      return Buffer.from(message.toString('latin1').replace(role, missingRole), 'latin1');
    if (message.toString('latin1', 0, 1) === 'Q') return framed('Q', `${cancelled}\0`);
    const parse = framed('P', `\0${cancelled}\0\0\0`);
    const bind = framed('B', '\0\0\0\0\0\0\0\0');
    return Buffer.concat([parse, bind, framed('E', '\0\0\0\0\0'), message]);
  };

  const proxy: ScopeProxy = {
    url: throughPort(databaseUrl, server.port),
    fault: undefined,
    faults: () => faults,
    close: () => server.close(),
  };
  return proxy;
}

/**
 * Whether a message sets a scope: a simple query that begins a scoped transaction, or a Bind of the
 * scope statement.
 */
function setsScope(message: Buffer): boolean {
  const text = message.toString('latin1');
  return /^Q.{4}(BEGIN|SET LOCAL ROLE)/s.test(text) || (text.startsWith('B') && role.test(text));
}
