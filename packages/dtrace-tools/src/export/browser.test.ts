import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { machineTool } from "test-support";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Profile } from "../profile/profile.ts";
import { toDifferenceGraph } from "./difference-graph.ts";
import { toFlameGraph } from "./flame-graph.ts";
import { toHtmlReport } from "./html.ts";

const executablePath = machineTool("chromium");

/** What the server gives, by path. */
const pages = new Map<string, { type: string; text: string }>();
const server = createServer((request, response) => {
  const page = pages.get(new URL(request.url ?? "/", "http://localhost").pathname);
  response.writeHead(page === undefined ? 404 : 200, { "content-type": page?.type ?? "text/plain" });
  response.end(page?.text);
});
let browser: Browser | undefined;
let origin = "";

beforeAll(async () => {
  if (executablePath === undefined) return;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  server.close();
});

function profileOf(stacks: Record<string, number>): Profile {
  const profile = new Profile();
  for (const [stack, value] of Object.entries(stacks)) profile.add(stack.split(";"), value);
  return profile;
}

const BEFORE = { "main;load;malloc": 600, "main;parse;malloc": 200, "main;parse": 100, "main;idle": 100 };
const AFTER = { "main;load;malloc": 100, "main;parse;malloc": 200, "main;index": 300 };

function manyStacks(): Profile {
  const profile = new Profile();
  for (let stack = 0; stack < 200_000; stack++) {
    const frames = ["main"];
    for (let rest = stack; rest > 0; rest = Math.floor(rest / 12)) frames.push(`step_${rest % 12}`);
    profile.add([...frames, `leaf_${stack % 997}`], 1 + (stack % 64));
  }
  return profile;
}

/** Opens a page that fails the test when it throws, or asks for anything but itself. */
async function open(
  path: string,
  pieces: Iterable<string>,
  { query = "", javaScriptEnabled = true } = {},
): Promise<Page> {
  const type = path.endsWith(".svg") ? "image/svg+xml" : "text/html; charset=utf-8";
  pages.set(path, { type, text: [...pieces].join("") });
  if (browser === undefined) throw new Error("there is no browser");
  const page = await browser.newPage({ viewport: { width: 1240, height: 760 }, javaScriptEnabled });
  page.on("pageerror", (error) => expect.soft(error.message).toBe("no error"));
  page.on("request", (request) => expect.soft(request.url()).toContain(`${origin}${path}`));
  await page.goto(`${origin}${path}${query}`);
  return page;
}

const text = (page: Page, selector: string): Promise<string> =>
  page.locator(selector).evaluate((element) => element.textContent ?? "");

/** As the page itself sees it at once; the browser tells of changes later. */
const addressOf = (page: Page): Promise<string> =>
  page.evaluate(() => (globalThis as unknown as { location: { href: string } }).location.href);

/** The middle of a frame of an SVG, by its whole title. */
const frameOf = (page: Page, name: string, picture = 0) =>
  page.locator(".frames").nth(picture).locator(`xpath=./*[starts-with(./*[1]/text(), "${name} (")]`).first();

const widthOf = (page: Page, name: string): Promise<number> =>
  frameOf(page, name).evaluate((group) => Number(group.children[1]?.getAttribute("width")));

describe.skipIf(executablePath === undefined)("a flame graph in a browser", () => {
  const draw = (): Iterable<string> => toFlameGraph(profileOf(BEFORE));

  it("shows details of the frame under the mouse", async () => {
    const page = await open("/hover.svg", draw());
    await frameOf(page, "load").hover();
    expect(await text(page, "#details")).toBe("Function: load (600 bytes, 60.00%)");
    await page.mouse.move(5, 5);
    expect((await text(page, "#details")).trim()).toBe("");
    await page.close();
  });

  it("zooms to a frame, fades those below it, and goes back", async () => {
    const page = await open("/zoom.svg", draw());
    await frameOf(page, "parse").click();
    expect(await widthOf(page, "parse")).toBeCloseTo(1180, 0);
    expect(await frameOf(page, "main").getAttribute("class")).toBe("ancestor");
    expect(await frameOf(page, "load").isVisible()).toBe(false);
    await page.locator("#unzoom").click();
    expect(await widthOf(page, "load")).toBeCloseTo(708, 0);
    expect(await page.locator("#unzoom").isVisible()).toBe(false);
    await page.close();
  });

  it("searches by regular expression and counts no overlap twice", async () => {
    const page = await open("/search.svg", draw());
    page.once("dialog", (dialog) => void dialog.accept("^(PARSE|malloc)$"));
    await page.locator("#search").click();
    expect(await text(page, "#matched")).toBe("Matched: 80.0%");
    await page.keyboard.press("Control+i");
    expect(await text(page, "#matched")).toBe("Matched: 90.0%");
    await frameOf(page, "parse").click();
    expect(await text(page, "#matched")).toBe("Matched: 100.0%");
    await page.keyboard.press("Escape");
    expect((await text(page, "#matched")).trim()).toBe("");
    await page.close();
  });

  it("says what is wrong with an expression", async () => {
    const page = await open("/wrong.svg", draw());
    page.once("dialog", (dialog) => void dialog.accept("("));
    await page.keyboard.press("Control+f");
    expect(await text(page, "#matched")).toMatch(/regular expression/i);
    await page.close();
  });

  it("keeps zoom and search in its address", async () => {
    const page = await open("/link.svg", draw());
    page.once("dialog", (dialog) => void dialog.accept("malloc"));
    await page.keyboard.press("F3");
    await frameOf(page, "parse").click();
    const { search } = new URL(await addressOf(page));
    await page.close();
    const again = await open("/link.svg", draw(), { query: search });
    expect(await widthOf(again, "parse")).toBeCloseTo(1180, 0);
    expect(await text(again, "#matched")).toBe("Matched: 66.7%");
    await again.close();
  });

  it("compares two profiles under the names of both", async () => {
    const names = { beforeName: "version 1", afterName: "version 2" };
    const page = await open("/difference.svg", toDifferenceGraph(profileOf(BEFORE), profileOf(AFTER), names));
    expect(await page.locator(".heading").allTextContents()).toEqual([
      "version 1: 1,000 bytes",
      "version 2: 600 bytes (-40.0%)",
    ]);
    await frameOf(page, "load", 1).hover();
    expect(await text(page, "#details")).toBe("Function: load (600 before, 100 after, bytes, -83.3%)");
    page.once("dialog", (dialog) => void dialog.accept("malloc"));
    await page.locator("#search").click();
    expect(await text(page, "#matched")).toBe("Matched: 80.0% / 50.0%");
    await page.close();
  });

  it("can be searched and zoomed where one of two profiles, or the only one, is empty", async () => {
    for (const drawn of [toDifferenceGraph(profileOf(BEFORE), new Profile()), toFlameGraph(new Profile())]) {
      const page = await open("/nothing.svg", drawn);
      page.once("dialog", (dialog) => void dialog.accept("malloc"));
      await page.locator("#search").click();
      expect(await text(page, "#matched")).toMatch(/^Matched: (80\.0% \/ )?0\.0%$/);
      await page.keyboard.press("Escape");
      expect(await page.locator("rect[x=NaN]").count()).toBe(0);
      await page.close();
    }
  });

  it("stays usable with 200,000 stacks", async () => {
    const page = await open("/many.svg", toFlameGraph(manyStacks()));
    await frameOf(page, "step_7").click();
    expect(await widthOf(page, "step_7")).toBeCloseTo(1180, 0);
    await page.keyboard.press("Escape");
    expect(await widthOf(page, "main")).toBeCloseTo(1180, 0);
    await page.close();
  });
});

/** The colours of a canvas at the middle of a row, `share` of its width from the left. */
const pixel = (page: Page, row: number, share: number): Promise<string> =>
  page.locator("#flame").evaluate(
    (element, at) => {
      const canvas = element as unknown as {
        width: number;
        getContext(kind: "2d"): { getImageData(...box: number[]): { data: Iterable<number> } };
      };
      const { data } = canvas.getContext("2d").getImageData(canvas.width * at.share, at.row * 20 + 4, 1, 1);
      return [...data].join(",");
    },
    { row, share },
  );

const background = (page: Page): Promise<string> =>
  page.locator("body").evaluate((body) => {
    const { getComputedStyle } = globalThis as unknown as {
      getComputedStyle(of: unknown): { backgroundColor: string };
    };
    return getComputedStyle(body).backgroundColor;
  });

describe.skipIf(executablePath === undefined)("an HTML report in a browser", () => {
  const subject = { name: "program", profile: profileOf(BEFORE) };
  const compared = { name: "version 2", profile: profileOf(AFTER) };
  const before = { name: "version 1", profile: profileOf(BEFORE) };
  /** The middle of a frame; children are in the order of their names. */
  const at = (row: number, share: number) => ({ position: { x: 1160 * share, y: row * 20 + 10 } });

  it("shows details under the mouse, zooms by click and resets", async () => {
    const page = await open("/flame.html", toHtmlReport(subject));
    await page.locator("#flame").hover(at(2, 0.3));
    expect(await text(page, "#details")).toBe("load 600 bytes, 60.00%");
    expect(await page.locator("#tip").isVisible()).toBe(true);
    await page.locator("#flame").click(at(2, 0.3));
    await page.locator("#flame").hover(at(2, 0.97));
    expect(await text(page, "#details")).toMatch(/^load /);
    await page.locator("#reset").click();
    await page.locator("#flame").hover(at(2, 0.97));
    expect(await text(page, "#details")).toMatch(/^parse /);
    await page.close();
  });

  it("searches, and says how much matches", async () => {
    const page = await open("/search.html", toHtmlReport(subject));
    await page.keyboard.press("/");
    await page.keyboard.type("PARSE|malloc");
    expect(await text(page, "#matched")).toBe("Matched: 90.0%");
    await page.locator("#case").check();
    expect(await text(page, "#matched")).toBe("Matched: 80.0%");
    await page.locator("#search").fill("(");
    expect(await text(page, "#matched")).toMatch(/regular expression/i);
    await page.keyboard.press("Escape");
    expect(await page.locator("#search").inputValue()).toBe("");
    await page.close();
  });

  it("lists frames, and a frame's callers and callees", async () => {
    const page = await open("/table.html", toHtmlReport(subject));
    await page.keyboard.press("2");
    const row = page.locator("#table tbody tr", { hasText: "malloc" });
    expect(await row.locator("td").allTextContents()).toEqual(["800 bytes", "800 bytes", "malloc"]);
    await page.locator("#table th", { hasText: "self" }).click();
    expect(await page.locator("#table tbody tr td.frame").first().textContent()).toBe("malloc");
    await page.locator("#table th", { hasText: "total" }).focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#table tbody tr td.frame").first().textContent()).toBe("main");
    expect(await page.locator("#table th:focus").textContent()).toBe("total");
    await row.click();
    expect(await text(page, "#sandwich-name")).toBe("malloc");
    await page.locator("#callers").hover({ position: { x: 200, y: 30 } });
    expect(await text(page, "#details")).toBe("load 600 bytes, 75.00%");
    await page.close();
  });

  it("keeps what is shown in its address", async () => {
    const page = await open("/link.html", toHtmlReport(subject));
    await page.locator("#flame").click(at(2, 0.97));
    await page.locator("#search").fill("malloc");
    const { hash } = new URL(await addressOf(page));
    await page.close();
    const again = await open("/link.html", toHtmlReport(subject), { query: hash });
    expect(await text(again, "#matched")).toBe("Matched: 66.7%");
    await again.locator("#flame").hover(at(2, 0.3));
    expect(await text(again, "#details")).toMatch(/^parse /);
    await again.close();
  });

  it("shows something sensible where its address asks for what is not there", async () => {
    const page = await open("/stale.html", toHtmlReport(subject));
    for (const asked of [
      "node=-1",
      "node=1.5",
      "view=sandwich&frame=99",
      "view=sandwich&frame=0.5",
      "view=time",
    ]) {
      await page.goto(`${origin}/stale.html?${asked}#${asked}`);
      const shown = page.locator("section.panel:visible canvas").first();
      expect(await shown.getAttribute("id")).toBe(asked.includes("sandwich") ? "callers" : "flame");
      await page.keyboard.press("1");
      await page.locator("#flame").hover(at(2, 0.3));
      expect(await text(page, "#details")).toMatch(/^load /);
    }
    await page.close();
  });

  it("is printed whole, on white, without what only a reader at a screen can use", async () => {
    const profile = new Profile();
    for (let frame = 0; frame < 100; frame++) profile.add(["main", `function ${frame}`], 10);
    const page = await open("/print.html", toHtmlReport({ name: "long", profile }));
    await page.keyboard.press("d");
    const dark = await pixel(page, 1, 0.5);
    await page.keyboard.press("2");
    await page.emulateMedia({ media: "print" });
    const heights = await page.locator(".scroll").evaluate((box) => [box.clientHeight, box.scrollHeight]);
    expect(heights[0]).toBe(heights[1]);
    expect(await page.locator(".bar").isVisible()).toBe(false);
    expect(await background(page)).toBe("rgb(255, 255, 255)");
    await page.keyboard.press("1");
    await expect.poll(() => pixel(page, 1, 0.5)).not.toBe(dark);
    await page.emulateMedia({ media: "screen" });
    await expect.poll(() => pixel(page, 1, 0.5)).toBe(dark);
    expect(await background(page)).toBe("rgb(16, 22, 26)");
    await page.close();
  });

  it("draws stacks that are deeper than a canvas can be high", async () => {
    const profile = new Profile();
    profile.add(
      Array.from({ length: 4000 }, (_, depth) => `call ${depth % 3}`),
      10,
    );
    const page = await open("/deep.html", toHtmlReport({ name: "deep", profile }));
    // What is not drawn is transparent.
    expect(await pixel(page, 1, 0.5)).not.toMatch(/,0$/);
    await page.close();
  });

  it("says that nothing is in it where that is so", async () => {
    const page = await open("/empty.html", toHtmlReport({ name: "empty", profile: new Profile() }));
    for (const key of ["1", "2", "3"]) {
      await page.keyboard.press(key);
      expect(await page.locator("section.panel:visible").innerText()).toContain("There are no frames.");
    }
    await page.close();
  });

  it("is walked by keys", async () => {
    const page = await open("/keys.html", toHtmlReport(subject));
    await page.locator("#flame").focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    expect(await text(page, "#details")).toMatch(/^parse /);
    await page.keyboard.press("Enter");
    await page.locator("#flame").hover(at(2, 0.3));
    expect(await text(page, "#details")).toMatch(/^parse /);
    await page.keyboard.press("Backspace");
    await page.locator("#flame").hover(at(2, 0.3));
    expect(await text(page, "#details")).toMatch(/^load /);
    await page.close();
  });

  it("is dark when the browser or its reader wants it so", async () => {
    const page = await open("/dark.html", toHtmlReport(subject));
    expect(await background(page)).toBe("rgb(244, 247, 245)");
    const light = await pixel(page, 1, 0.5);
    await page.keyboard.press("d");
    expect(await background(page)).toBe("rgb(16, 22, 26)");
    expect(await pixel(page, 1, 0.5)).not.toBe(light);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(`${origin}/dark.html?`);
    expect(await background(page)).toBe("rgb(16, 22, 26)");
    await page.close();
  });

  it("shows either side of a comparison", async () => {
    const page = await open("/two.html", toHtmlReport(compared, { before }));
    await page.locator("#flame").hover(at(2, 0.25));
    expect(await text(page, "#details")).toBe("index 0 bytes before, 300 bytes after (new)");
    await page.locator("#before").click();
    await page.locator("#flame").hover(at(2, 0.3));
    expect(await text(page, "#details")).toBe("load 600 bytes before, 100 bytes after (-83.3%)");
    await page.keyboard.press("2");
    const cells = page.locator("#table tbody tr", { hasText: "load" }).locator("td");
    expect(await cells.allTextContents()).toEqual([
      "600 bytes",
      "100 bytes",
      "-500 bytes",
      "0 bytes",
      "load",
    ]);
    await page.close();
  });

  it("says why it is empty where no JavaScript is run, below totals that are told once", async () => {
    const page = await open("/plain.html", toHtmlReport(subject), { javaScriptEnabled: false });
    expect(await page.locator("noscript p").isVisible()).toBe(true);
    expect(await page.locator(".card").allInnerTexts()).toEqual(["total growth\n1000 bytes"]);
    await page.close();
  });

  it("keeps names with markup in them as they are", async () => {
    const name = "</script><script>throw 1</script>";
    const page = await open("/markup.html", toHtmlReport({ name, profile: profileOf({ [name]: 5 }) }));
    expect(await text(page, "h1")).toBe(name);
    await page.locator("#flame").hover(at(1, 0.5));
    expect(await text(page, "#details")).toContain(name);
    await page.close();
  });

  it("stays usable with 200,000 stacks", async () => {
    const page = await open("/many.html", toHtmlReport({ name: "many", profile: manyStacks() }));
    await page.locator("#search").fill("^step_7$");
    expect(await text(page, "#matched")).toMatch(/^Matched: [1-9]/);
    await page.locator("#table-tab").click();
    await page.locator("#table tbody tr", { hasText: "step_7" }).click();
    expect(await text(page, "#sandwich-name")).toBe("step_7");
    await page.close();
  });
});
