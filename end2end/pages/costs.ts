// What a page spends while something happens: layouts, DOM nodes and the main thread's time as the DevTools protocol counts
// them; long tasks, and what people wait for who press something, as the page itself observes. Never an assertion.
import type { CDPSession, Page } from "@playwright/test";

/** What was spent between two looks; times in milliseconds. */
export interface Spent {
  layouts: number;
  styles: number;
  nodes: number;
  task: number;
  script: number;
  layout: number;
  style: number;
  /** Frames that the browser drew. */
  frames: number;
  /** Those of them before which something came over a socket since the frame before. */
  arrivals: number;
  longTasks: number[];
  /** From a press to the paint that shows it, each. */
  presses: number[];
}

interface Observed {
  frames: number;
  arrivals: number;
  longTasks: number[];
  presses: Record<number, number>;
}

export class Costs {
  private constructor(
    private readonly page: Page,
    private readonly devtools: CDPSession,
  ) {}

  /** Before the page is opened. */
  static async of(page: Page): Promise<Costs> {
    await page.addInitScript(observe);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable");
    return new Costs(page, devtools);
  }

  async during(act: () => Promise<void>): Promise<Spent> {
    await this.page.evaluate(async () => (globalThis as unknown as { observe: () => Promise<Observed> }).observe());
    const before = await this.metrics();
    await act();
    const after = await this.metrics();
    const { frames, arrivals, longTasks, presses } = await this.page.evaluate(async () =>
      (globalThis as unknown as { observe: () => Promise<Observed> }).observe());
    const more = (name: string) => after[name]! - before[name]!;
    const ms = (name: string) => more(name) * 1000;
    return {
      layouts: more("LayoutCount"),
      styles: more("RecalcStyleCount"),
      nodes: more("Nodes"),
      task: ms("TaskDuration"),
      script: ms("ScriptDuration"),
      layout: ms("LayoutDuration"),
      style: ms("RecalcStyleDuration"),
      frames,
      arrivals,
      longTasks,
      presses: Object.values(presses),
    };
  }

  /** Nothing runs in the page until `act` is done: what comes meanwhile waits, and then comes at once. */
  async held(act: () => Promise<void>): Promise<void> {
    await this.devtools.send("Debugger.enable");
    const paused = new Promise((resolve) => this.devtools.once("Debugger.paused", resolve));
    await this.devtools.send("Debugger.pause");
    const runs = this.page.evaluate(() => 0);
    await paused;
    await act();
    await this.devtools.send("Debugger.resume");
    await runs;
    await this.devtools.send("Debugger.disable");
  }

  private async metrics(): Promise<Record<string, number>> {
    const { metrics } = await this.devtools.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }
}

/** In a line: what was spent, and of each message. */
export function told(what: string, messages: number, spent: Spent): string {
  const each = (ms: number) => (ms / messages).toFixed(3);
  const longest = (times: number[]) => `${Math.max(0, ...times).toFixed(0)} ms of ${times.length}`;
  const sorted = [...spent.presses].sort((a, b) => a - b);
  const typical = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${what}: ${messages} messages, ${spent.frames} frames, ${spent.layouts} layouts, ${spent.styles} style passes; `
    + `main thread ${spent.task.toFixed(0)} ms = ${each(spent.task)} ms a message `
    + `(script ${each(spent.script)}, layout ${each(spent.layout)}, style ${each(spent.style)}); `
    + `longest task over 50 ms: ${longest(spent.longTasks)}; `
    + `press to paint: worst ${longest(spent.presses)}, median ${typical.toFixed(0)} ms`;
}

/** Runs in the page: tells what was seen since the last time. */
function observe(): void {
  let seen: Observed = { frames: 0, arrivals: 0, longTasks: [], presses: {} };
  const tasks = new PerformanceObserver((list) => note(list.getEntries()));
  const events = new PerformanceObserver((list) => note(list.getEntries()));
  function note(entries: PerformanceEntryList): void {
    for (const entry of entries) {
      if (entry.entryType === "longtask") seen.longTasks.push(entry.duration);
      const press = (entry as PerformanceEntry & { interactionId?: number }).interactionId;
      // Of the events of one press, the slowest.
      if (press) seen.presses[press] = Math.max(seen.presses[press] ?? 0, entry.duration);
    }
  }
  tasks.observe({ type: "longtask" });
  events.observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  let arrived = false;
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Before anyone else hears it.
      this.addEventListener("message", () => (arrived = true));
    }
  };
  const frame = () => {
    seen.frames += 1;
    if (arrived) seen.arrivals += 1;
    arrived = false;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  (globalThis as unknown as { observe: () => Promise<Observed> }).observe = async () => {
    // What was pressed last is told after it was painted.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    note(tasks.takeRecords());
    note(events.takeRecords());
    const told = seen;
    seen = { frames: 0, arrivals: 0, longTasks: [], presses: {} };
    return told;
  };
}
