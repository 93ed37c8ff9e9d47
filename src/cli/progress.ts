import { Presets, SingleBar } from 'cli-progress';
import { printError } from './printing.js';

const phases = { check: 'Checking', load: 'Loading', seed: 'Adding', export: 'Exporting' };

/** Called with the number of finished entries and the total. */
type ShowProgress = (phase: keyof typeof phases, done: number, total: number) => void;

/** Shows progress on standard error: a bar on a terminal, otherwise lines. */
export async function withProgress<T>(work: (onProgress: ShowProgress) => Promise<T>): Promise<T> {
  const progress = process.stderr.isTTY ? bar() : lines();
  try {
    return await work(progress.show);
  } finally {
    progress.end();
  }
}

interface Progress {
  show: ShowProgress;
  end: () => void;
}

function bar(): Progress {
  const format = '{phase} {bar} {value}/{total} entries';
  // gracefulExit would swallow the first Ctrl-C, and the import would continue. hideCursor would
  // leave the cursor hidden after a signal.
  const options = { format, stream: process.stderr, hideCursor: false, gracefulExit: false };
  const shown = new SingleBar(options, Presets.shades_classic);
  return {
    show: (phase, done, total) => {
      if (!shown.isActive) shown.start(total, done, { phase: phases[phase] });
      shown.setTotal(total);
      shown.update(done, { phase: phases[phase] });
    },
    end: () => shown.stop(),
  };
}

function lines(): Progress {
  let last = '';
  return {
    show: (phase, done, total) => {
      const tenth = total === 0 ? 10 : Math.floor((done / total) * 10);
      const line = `${phases[phase]}: ${tenth * 10} % of ${total} entries`;
      if (line !== last) printError(line);
      last = line;
    },
    end: () => {},
  };
}
