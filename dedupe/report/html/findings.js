// Findings in their pages: a page is a heading, the lines with findings, and gaps that open.

class FindingsView {
  constructor(host, pages, clusters) {
    this.pages = pages;
    this.clusters = clusters;
    this.list = new LongList(host, (row) => this.draw(row));
    for (const page of pages) {
      for (const finding of page.findings) finding.page = page;
    }
  }

  /** Show the findings that pass; gives how many they are, and in how many pages. */
  show(passes) {
    const rows = [];
    let [findings, pages] = [0, 0];
    for (const page of this.pages) {
      const chosen = page.findings.filter(passes);
      if (!chosen.length) continue;
      findings += chosen.length;
      pages += 1;
      rows.push(...rowsOf(page, new Set(chosen)));
    }
    this.list.show(rows);
    return [findings, pages];
  }

  /** Go to the next line with a finding, or the one before. */
  step(by) {
    const rows = this.list.rows;
    let index = this.list.current();
    do index += by;
    while (rows[index] && !isStop(rows[index]));
    if (rows[index]) this.list.reveal(index);
  }

  /** Open all gaps of the page that has the focus, or is first on the screen; close them if all are open. */
  togglePage() {
    const row = this.list.rows[this.list.current()];
    if (row) this.openGaps(row.page);
  }

  openGaps(page) {
    const gaps = this.list.rows.filter((row) => row.page === page && row.kind === "gap");
    const isOpen = !gaps.every((row) => row.isOpen);
    for (const row of gaps) {
      row.isOpen = isOpen;
      this.list.redraw(row);
    }
    const head = this.list.rows.find((row) => row.page === page);
    head.isOpen = isOpen;
    this.list.redraw(head);
  }

  draw(row) {
    if (row.kind === "head") return this.drawHead(row);
    if (row.kind === "gap") return this.drawGap(row);
    return this.drawLine(row);
  }

  drawHead(row) {
    const { page } = row;
    const head = make("header", "page");
    const name = make("h2", "path", make("bdi", "", page.name));
    head.append(name, make("span", "figure", counted(row.count, "finding")));
    if (page.state === "remembered") {
      head.append(make("span", "dim", tell("the text was not at hand any more: it was piped in, or it has changed")));
    }
    if (page.state === "whole") {
      const button = make("button", "", row.isOpen ? tell("Only lines with findings") : tell("Whole page"));
      button.type = "button";
      button.onclick = () => this.openGaps(page);
      head.append(button);
    }
    return head;
  }

  drawGap(row) {
    const { page, lines } = row;
    const className = `gap${row.isCopy ? " copied" : ""}`;
    if (row.isOpen) return this.drawOpened(row);
    if (page.state !== "whole") return make("p", className, counted(row.count, "line"));
    const button = make("button", className, counted(lines.length, "line"));
    button.type = "button";
    button.onclick = () => {
      row.isOpen = true;
      this.list.redraw(row);
      this.list.element(this.list.rows.indexOf(row)).querySelector(".line").focus();
    };
    return button;
  }

  /** The lines of a gap are a long list of their own: there can be thousands. */
  drawOpened(row) {
    const inner = new LongList(make("div", "opened"), (line) => this.drawLine({ ...row, line }));
    inner.drawn = (element) => this.list.drawn(element);
    inner.show(row.lines);
    return inner.host;
  }

  drawLine(row) {
    const { page, chosen, copies } = row;
    const [number, ...parts] = row.line;
    const starting = startingIn(row);
    const isCopy = copies.some((copy) => copy.line <= number && number <= copy.end);
    const line = make("div", `line${isCopy ? " copied" : ""}`);
    line.tabIndex = -1;
    const text = make("p", "text", ...parts.map((part) => drawPart(part, page, chosen)));
    text.lang = page.language;
    line.append(make("span", "number", String(number)), text);
    if (starting.length) line.append(this.drawNotes(row, starting));
    return line;
  }

  drawNotes(row, chosen) {
    const groups = new Map();
    for (const finding of chosen) {
      const key = [finding.code, finding.severity, finding.message, JSON.stringify(finding.suggestion)].join("\n");
      groups.set(key, [...(groups.get(key) ?? []), finding]);
    }
    return make("ul", "notes", ...[...groups.values()].map((group) => this.drawNote(row, group)));
  }

  drawNote(row, group) {
    const [first, ...others] = group;
    const code = make("span", `code ${first.severity}`, first.code);
    code.title = tell(first.severity);
    const note = make("li", "", code, " ", make("bdi", "", first.message));
    if (others.length) note.append(" ", make("span", "figure", `×${others.length + 1}`));
    // The message has the suggestion itself.
    const sources = first.suggestion?.sources ?? [];
    if (sources.length) note.append(make("div", "", tell("as in "), make("bdi", "path", sources.join(", "))));
    const cluster = this.clusters.get(first.cluster);
    if (cluster) {
      const link = make("a", "", tell("side by side"));
      link.href = `#cluster-${cluster.id}-${cluster.members.findIndex((member) => isOf(member, first))}`;
      note.append(" ", link);
    }
    if (this.review) note.append(this.review.drawStays(row, group));
    return note;
  }
}

/** A line where a finding begins. */
function isStop(row) {
  return row.kind === "line" && startingIn(row).length > 0;
}

function startingIn(row) {
  return [...row.chosen].filter((finding) => finding.line === row.line[0]);
}

function isOf(member, finding) {
  return member.name === finding.page.name && member.start === finding.start;
}

/** The rows of one page: its heading, the lines of chosen findings, and what lies between as gaps. */
function rowsOf(page, chosen) {
  const copies = [...chosen].filter((finding) => finding.cluster);
  const shown = linesOf(chosen);
  const shared = { page, chosen, copies };
  const rows = [{ ...shared, kind: "head", count: chosen.size }];
  let gap = { ...shared, kind: "gap", after: 0, lines: [] };
  const close = (next) => {
    gap.count = next - gap.after - 1;
    gap.isCopy = copies.some((copy) => copy.line <= gap.after && gap.after < copy.end);
    if (isWorthARow(gap)) rows.push(gap);
    gap = { ...shared, kind: "gap", after: next, lines: [] };
  };
  for (const line of page.lines) {
    if (!shown.has(line[0])) {
      gap.lines.push(line);
      continue;
    }
    close(line[0]);
    rows.push({ ...shared, kind: "line", line });
  }
  close(page.count + 1);
  return rows;
}

/** The numbers of the lines that findings stand in; of a copy the first only, for it is shown by a bar. */
function linesOf(findings) {
  const numbers = new Set();
  for (const finding of findings) {
    const last = finding.cluster ? finding.line : finding.end;
    for (let number = finding.line; number <= last; number++) numbers.add(number);
  }
  return numbers;
}

/** A gap of which nothing is known, or of empty lines, is shown by the numbers of its neighbours. */
function isWorthARow(gap) {
  if (gap.count < 1 || gap.page.state === "remembered") return false;
  return gap.page.state === "lines" || gap.lines.some((line) => line.length > 1);
}

/** A part of a line: plain text, or a mark if one of its findings is chosen. */
function drawPart(part, page, chosen) {
  if (typeof part === "string") return part;
  const [text, ...numbers] = part;
  const findings = numbers.map((number) => page.findings[number]).filter((finding) => chosen.has(finding));
  if (!findings.length) return text;
  const mark = make("mark", findings[0].kind, text);
  mark.title = findings.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`).join("\n");
  return mark;
}
