import { Client } from 'pg';

declare module 'pg' {
  interface Client {
    /** What the connection tells the server when it begins. */
    getStartupConf(): Record<string, string | undefined>;
  }
}

type Connected = (error: Error | null, client?: Client) => void;

/**
 * A client that reads what the server prints, and that hangs up when it could not log in. pg leaves that to the server, which may take
 * a minute, and so long the process of a command would not end.
 */
export class ConnectionClient extends Client {
  /** pg reads dates and instants as ISO 8601 only; a database or a role may have another style set. */
  override getStartupConf(): Record<string, string | undefined> {
    return { ...super.getStartupConf(), DateStyle: 'ISO' };
  }

  override connect(): Promise<this>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<this> | void {
    if (callback === undefined) {
      return new Promise((resolve, reject) => {
        this.connect((error) => (error ? reject(error) : resolve(this)));
      });
    }
    super.connect((error: Error | null) => {
      if (error) this.connection.stream.destroy();
      callback(error, this);
    });
  }
}
