import { isUtf8 } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LegacyRow } from '../../../../src/browser/import/read/legacy-source.js';

type Tagged = ['integer' | 'real' | 'text' | 'blob' | 'null', string];
type Answer = { columns: string[]; rows: Tagged[][] } | { error: string };

/** Reads journals with Python's sqlite3: a different SQLite build, independent of the importer. */
export class SecondReader {
  readonly #child = spawn('python3', [resolve('test/browser/import/reader/second-reader.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #lines = createInterface(this.#child.stdout);

  /**
   * The rows of the journal in a file.
   *
   * @throws Error if SQLite cannot read the file
   */
  async read(path: string): Promise<LegacyRow[]> {
    this.#child.stdin.write(`${path}\n`);
    const [line] = (await once(this.#lines, 'line')) as [string];
    const answer = JSON.parse(line) as Answer;
    if ('error' in answer) throw new Error(answer.error);
    const columns = answer.columns.map((column) => column.toLowerCase());
    return answer.rows.map((row) =>
      Object.fromEntries(row.map((cell, index) => [columns[index] ?? '', valueOf(cell)])),
    );
  }

  close(): void {
    this.#child.stdin.end();
  }
}

function valueOf([type, text]: Tagged): unknown {
  switch (type) {
    case 'integer': {
      const value = Number(text);
      return Number.isSafeInteger(value) ? value : BigInt(text);
    }
    case 'real':
      return text.endsWith('inf') ? Number(`${text}inity`.replace('inf', 'Inf')) : Number(text);
    case 'text': {
      const bytes = Buffer.from(text, 'hex');
      return isUtf8(bytes)
        ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
        : Uint8Array.from(bytes);
    }
    case 'blob':
      return Uint8Array.from(Buffer.from(text, 'hex'));
    case 'null':
      return null;
  }
}
