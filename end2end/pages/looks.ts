// In which languages and on which screens a way through the house is walked. Never an assertion.
import type { BrowserContextOptions } from "@playwright/test";

interface Look {
  /** As a test's title ends. */
  name: string;
  zh: boolean;
  /** Of a visitor's browser. */
  options: BrowserContextOptions;
}

/** Both languages and both sizes in two walks. */
export const LOOKS: Look[] = [
  { name: "in Chinese on a desk", zh: true, options: { locale: "zh-CN" } },
  { name: "in English on a phone", zh: false, options: { locale: "en-US", viewport: { width: 390, height: 844 }, hasTouch: true } },
];
