import { Readable } from 'node:stream';
import type { Connection, Submittable } from 'pg';

/**
 * A stream of pg-query-stream waits, when it is destroyed, for an answer that a connection which is gone does not give: whoever
 * reads it would wait for ever, and the pool be one connection short. This one ends with its connection.
 */
export function endingWithConnection(statement: Submittable, connection: Connection): Submittable {
  if (!(statement instanceof Readable)) return statement;
  const destroy = statement._destroy.bind(statement);
  statement._destroy = (error, callback) => {
    const end = () => callback(error);
    if (connection.stream.destroyed) return end();
    connection.once('end', end);
    destroy(error, (failure) => {
      connection.off('end', end);
      callback(failure);
    });
  };
  return statement;
}
