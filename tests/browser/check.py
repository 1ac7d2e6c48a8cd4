#!/usr/bin/env python3
"""Opens HTML reports in a real Chromium and checks what only a browser can tell.

Usage: tests/browser/check.py PROGRAM [--screenshots FOLDER]

Makes reports of the samples, of a week and of a log in which every name is an attack, opens each at three widths
in light and dark, and checks: no message on the console, no request but the page itself, no dialog, no
horizontal overflow, contrast of all text, landmarks, headings, captions and names of pictures.
Needs nothing but Python and Chromium; exits with 3 where there is no Chromium.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTHS = [360, 800, 1440]
NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "\" onmouseover=\"alert(1)\" x='",
    "</style><style>*{display:none}</style>",
    "</title><img src=https://evil.example/x.png onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "{{ 7*7 }}{% raw %}",
    "\u202etxt.exe\u2066 \u001b[31m",
    "x" * 300,
]

# What is wrong with the page, as a list of sentences.
CHECKS = r"""
(() => {
  const wrong = [];
  const say = (text, node) => wrong.push(text + (node ? ": " + node.outerHTML.slice(0, 120) : ""));
  const all = selector => [...document.querySelectorAll(selector)];
  const overflow = document.documentElement.scrollWidth - window.innerWidth;
  if (overflow > 0) {
    const wide = all("body *").filter(node => node.getBoundingClientRect().right > window.innerWidth + 1 && !node.closest(".scroll"));
    say("horizontal overflow of " + overflow + " px", wide[wide.length - 1]);
  }
  for (const [selector, count] of [["h1", 1], ["main", 1], ["body > header", 1], ["body > footer", 1], ["script", 0], ["iframe", 0], ["img", 0], ["style", 1], ["[style]", 0]])
    if (all(selector).length !== count) say(all(selector).length + " of " + selector + " instead of " + count, all(selector)[0]);
  let level = 0;
  for (const node of all("h1, h2, h3, h4")) {
    const own = Number(node.tagName[1]);
    if (own > level + 1) say("a heading skips a level", node);
    level = own;
  }
  for (const node of all("*"))
    for (const attribute of node.attributes)
      if (attribute.name.startsWith("on")) say("an event handler", node);
  for (const node of all("a[href]"))
    if (!/^(#|https:\/\/)/.test(node.getAttribute("href"))) say("a link to elsewhere", node);
  for (const node of all("table")) if (!node.caption || !node.querySelector("thead th[scope=col]")) say("a table without caption or heads", node);
  for (const node of all("svg")) {
    const isNamed = node.getAttribute("role") === "img" && node.getAttribute("aria-label");
    if (!isNamed && node.getAttribute("aria-hidden") !== "true") say("a picture without a name", node);
  }
  for (const node of all("section")) {
    const title = document.getElementById(node.getAttribute("aria-labelledby"));
    if (!title || !title.textContent.trim()) say("a section without a title", node);
  }
  for (const node of all(".scroll")) if (node.tabIndex !== 0 || !node.getAttribute("aria-label")) say("a scrolled part that the keyboard cannot reach", node);
  const ids = all("[id]").map(node => node.id);
  if (new Set(ids).size !== ids.length) say("an id twice");
  for (const node of all("a[href^='#']")) if (!document.getElementById(node.getAttribute("href").slice(1))) say("a link to nowhere", node);
  if (!document.documentElement.lang || !document.title) say("no language or no title");
  const rgb = text => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || node.closest("svg") || !node.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(behind(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) say("contrast " + contrast.toFixed(2), node);
  }
  return wrong;
})()
"""


class Browser:
    """A headless Chromium on a pipe: no port, no library."""

    def __init__(self, program, profile):
        reads, self.write = os.pipe()
        self.read, writes = os.pipe()
        arguments = [program, "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
                     "--hide-scrollbars", "--disable-background-networking", "--disable-dev-shm-usage",
                     f"--user-data-dir={profile}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")

        def pipes():
            # Chromium reads from descriptor 3 and writes to descriptor 4.
            kept_reads, kept_writes = os.dup(reads), os.dup(writes)
            os.dup2(kept_reads, 3)
            os.dup2(kept_writes, 4)

        self.process = subprocess.Popen(arguments + ["about:blank"], preexec_fn=pipes, pass_fds=(3, 4, reads, writes),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(reads)
        os.close(writes)
        self.buffer = b""
        self.number = 0
        self.events = []
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.read, 1 << 16)
            if not piece:
                raise RuntimeError("Chromium ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def open(self, page):
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def look(self, width, scheme):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media="", features=features)

    def screenshot(self, path, height=None):
        size = self.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], height or 12000), "scale": 1}
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(picture["data"]))

    def complaints(self, page):
        """What the browser had to say while the page was open."""
        said = []
        for event in self.events:
            method, parameters = event.get("method"), event.get("params", {})
            if method == "Log.entryAdded":
                said.append(parameters["entry"]["text"])
            elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
                said.append(f"{method}: {json.dumps(parameters)[:200]}")
            elif method == "Network.requestWillBeSent" and parameters["request"]["url"] != page.as_uri():
                said.append(f"request of {parameters['request']['url'][:120]}")
        return said

    def close(self):
        self.process.terminate()
        self.process.wait()


def hostile_log():
    """Calls that failed, with an attack in every name."""
    lines = []
    for index, payload in enumerate(PAYLOADS * 3):
        message = "Incorrect API key provided: your-api*****here. You can find your API key at https://platform.openai.com/account/api-keys. " + payload
        lines.append(json.dumps({
            "time": f"2026-11-{16 + index % 5}T{index % 24:02}:12:44Z", "level": "ERROR", "service": payload, "env": payload,
            "hostname": payload, "model": payload,
            "message": "openai.AuthenticationError: Error code: 401 - " + repr({"error": {"message": message, "type": "invalid_request_error", "param": payload, "code": "invalid_api_key"}}),
        }))
    return "\n".join(lines) + "\n"


def main():
    program = Path(sys.argv[1]).resolve()
    shots = Path(sys.argv[3]).resolve() if sys.argv[2:3] == ["--screenshots"] else None
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if not chromium:
        print("no Chromium here")
        return 3
    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder = Path(folder)
        log = folder / "hostile.log"
        log.write_text(hostile_log(), encoding="utf-8")
        inputs = {"samples": root / "samples", "incident": root / "samples/incident", "hostile": log, "nothing": "/dev/null"}
        pages = {}
        for name, source in inputs.items():
            pages[name] = folder / f"{name}.html"
            subprocess.run([program, "-q", "-o", pages[name], source], check=True)
        # The parts that only the report of a period has: changes, a series of incidents, silence.
        pages["week"] = folder / "week.html"
        week = ["report", "--since", "2026-11-16", "--until", "2026-11-20", "-o", pages["week"], inputs["samples"]]
        subprocess.run([program, "-q", *week], check=True)
        browser = Browser(chromium, folder / "profile")
        wrong = []
        try:
            for name, page in pages.items():
                for width in WIDTHS:
                    for scheme in ["light", "dark"]:
                        browser.look(width, scheme)
                        browser.open(page)
                        if shots:
                            shots.mkdir(parents=True, exist_ok=True)
                            browser.screenshot(shots / f"{name}-{width}-{scheme}.png")
                        browser.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
                        found = browser.evaluate(CHECKS) + browser.complaints(page)
                        wrong += [f"{name}, {width} px, {scheme}: {text}" for text in dict.fromkeys(found)]
        finally:
            browser.close()
    print("\n".join(wrong) or f"{len(pages)} pages at {len(WIDTHS)} widths, light and dark: nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
