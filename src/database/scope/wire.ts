/** The values of a statement. */
export interface BindMessage {
  statement?: string;
  values?: readonly (string | null)[];
  /** Makes them, where they are none that can be sent yet. */
  valueMapper?: unknown;
}

/** The part of pg's connection that speaks the extended query protocol. */
export interface Wire {
  parse(message: { text: string; name?: string }): void;
  bind(message: BindMessage): void;
  execute(message: object): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
  flush(): void;
  /** The named statements that the server has. */
  parsedStatements: Record<string, string>;
  /** Sends whatever `work` sends; on the fast path all of it at once, or nothing if it fails. */
  together(work: () => void): void;
  /** Takes the answer to the statement under way; without it that goes to pg. */
  taker: AnswerTaker | undefined;
}

/** Takes the answer to a statement, message by message. */
export interface AnswerTaker {
  /** A DataRow message, whose content begins at `from` and ends at `to`. */
  takeRow(bytes: Buffer, from: number, to: number): void;
  /** A CommandComplete message, whose tag begins at `from`. @returns whether it was taken; if not, pg gets it */
  takeDone(wire: Wire, bytes: Buffer, from: number): boolean;
}

declare module 'pg' {
  interface Client {
    /** False once the connection is lost. */
    _queryable: boolean | undefined;
    /** The statement under way; also one for which nobody waits any longer. */
    _activeQuery: object | null | undefined;
    /** What waits for the statement under way. */
    _queryQueue: Query[];
  }

  // pg's own queries have these; its types leave them out, as only such as ours need them.
  interface Query {
    callback: ((error: Error | null, result?: unknown) => void) | undefined;
    queryMode: string | undefined;
    name: string | undefined;
    portal: string | undefined;
    rows: number | undefined;
    _result: { rows: unknown[]; addRow(row: unknown): void };
    _canceledDueToError: Error | false | undefined;
    hasBeenParsed(connection: object): unknown;
    prepare(connection: object): void;
    _getRows(connection: object, rows: number | undefined): void;
    handleRowDescription(message: object): void;
    handleDataRow(message: object): void;
    handleCommandComplete(message: object, connection: object): void;
    handleEmptyQuery(connection: object): void;
    handleError(error: Error, connection: object): void;
    handleReadyForQuery(connection: object): void;
  }
}
