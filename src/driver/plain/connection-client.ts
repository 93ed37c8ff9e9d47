import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

type Connected = (error: Error | null, client?: Client) => void;

/** Milliseconds until the socket is destroyed if the server does not answer Terminate. */
const goodbyeTimeout = 1_000;

/**
 * A pg client that closes its own socket: at once after a failed login, which pg leaves to the
 * server, and after a timeout in `end`. An open socket would keep the process of a command alive.
 */
export class ConnectionClient extends Client {
  readonly #socket: Socket;
  /** The error by which the connection was lost. */
  lost: Error | undefined;

  constructor(config?: ClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    // pg also emits the loss of a connection as an event. Without a listener this event ends
    // the process.
    this.on('error', (error: Error) => {
      this.lost ??= error;
    });
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
      if (error) this.hangUp();
      callback(error, this);
    });
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    // An open socket keeps the process alive; the timer alone, after `close`, must not.
    const timer = setTimeout(() => this.#socket.destroy(), goodbyeTimeout).unref();
    this.#socket.once('close', () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }

  /** Closes the socket at once. */
  hangUp(): void {
    void super.end();
    this.#socket.destroy();
  }
}
