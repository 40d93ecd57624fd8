// Clusters: the members of each, and one of them side by side with the copy to keep.

const FOLD = 3; // equal sentences in a row from which on they are folded
const MANY = 12; // slots above which their table is folded
const KINDS = {
  fill: tell("other fill"),
  blank: tell("blank in one"),
  wording: tell("other words"),
  only: tell("only in one"),
};

class ClustersView {
  constructor(host, clusters) {
    this.clusters = clusters;
    this.list = new LongList(host, (cluster) => this.draw(cluster));
    for (const cluster of clusters) {
      cluster.findings = [];
      const differs = cluster.members.findIndex((member) => member.rows && member.relation !== "exact");
      cluster.chosen = differs > 0 ? differs : cluster.members.findIndex((member) => member.rows);
    }
  }

  /** Show the clusters that pass, and give their number. */
  show(passes) {
    const rows = this.clusters.filter(passes);
    this.list.show(rows);
    return rows.length;
  }

  step(by) {
    const index = this.list.current() + by;
    if (this.list.rows[index]) this.list.reveal(index);
  }

  /** Go to a cluster, with one of its members side by side with the copy to keep. */
  reveal(id, member) {
    const index = this.list.rows.findIndex((cluster) => cluster.id === id);
    if (index < 0) return false;
    const cluster = this.list.rows[index];
    if (cluster.members[member]?.rows) cluster.chosen = member;
    this.list.redraw(cluster);
    this.list.reveal(index);
    return true;
  }

  draw(cluster) {
    const title = make("h2", "", tell("Cluster"), " ", make("code", "", cluster.id));
    const head = make("header", "page", title, make("span", "figure", counted(cluster.count, "member")));
    const section = make("section", "cluster", head, this.drawMembers(cluster));
    if (this.review?.seen.has(cluster.id)) title.append(" ✓");
    section.tabIndex = -1;
    if (cluster.slots.length) section.append(drawSlots(cluster));
    if (cluster.chosen > 0) section.append(drawComparison(cluster, cluster.members[cluster.chosen]));
    return section;
  }

  drawMembers(cluster) {
    const heads = ["", tell("text"), tell("relation"), "jaccard", tell("tokens"), tell("marks")].map((name) => make("th", "", name));
    const rows = cluster.members.map((member, at) => this.drawMember(cluster, member, at));
    const table = make("table", "members", make("thead", "", make("tr", "", ...heads)), make("tbody", "", ...rows));
    const box = make("div", "scroll", table);
    const rest = cluster.count - cluster.members.length;
    const unread = cluster.members.filter((member, at) => at > 0 && !member.rows).length;
    const several = cluster.members.filter((member) => member.kept).length > 1;
    if (several) box.append(make("p", "dim", tell("★ stays. A copy with ★ stays as well: too little of it stands in what is kept.")));
    if (rest) box.append(make("p", "dim", tell("and {number}", counted(rest, "more member"))));
    if (unread) box.append(make("p", "dim", tell("{number} listed without a comparison", counted(unread, "member"))));
    return box;
  }

  drawMember(cluster, member, at) {
    const names = [member.essay && tell("essay {number}", member.essay), member.title];
    if (member.equal) names.push(tell("the same as {place}", member.equal));
    const title = make("span", "dim", names.filter(Boolean).join(" · "));
    title.lang = cluster.language;
    const place = make("label", "", make("bdi", "path", `${member.name}:${member.lines}`), " ", title);
    const star = make("span", "star", member.kept ? "★" : "");
    const choice = make("td", "choose", this.drawChoice(cluster, member, at), make("span", "figure", String(at + 1)), star);
    const cells = [choice, make("td", "place", place)];
    if (this.review) cells[1].append(" ", this.review.draw(cluster, at));
    for (const value of [tell(member.relation), member.jaccard, member.tokens.toLocaleString("en"), String(member.marks)]) {
      cells.push(make("td", "figure", value));
    }
    const row = make("tr", member.kept ? "kept" : "", ...cells);
    const input = row.querySelector("input");
    if (input) place.htmlFor = input.id;
    return row;
  }

  drawChoice(cluster, member, at) {
    if (at === 0 || !member.rows) return "";
    const input = make("input");
    Object.assign(input, { type: "radio", name: cluster.id, id: `${cluster.id}-${at}` });
    input.checked = at === cluster.chosen;
    input.title = tell("side by side with the copy to keep");
    input.onchange = () => {
      cluster.chosen = at;
      const comparison = drawComparison(cluster, member);
      input.closest("section").querySelector(".comparison").replaceWith(comparison);
      this.list.drawn(comparison);
    };
    return input;
  }
}

/** Two texts in rows of two cells, sentences opposite each other; long runs of equal ones are folded. */
function drawComparison(cluster, member) {
  const heads = [cluster.members[0], member].map((side) => make("bdi", "path", `${side.name}:${side.lines}`));
  const box = make("div", "comparison", make("div", "pair heads", ...heads));
  box.lang = cluster.language;
  for (const run of runsOf(member.rows)) {
    const pairs = run.map(drawPair);
    if (run[0][0] === "=" && run.length >= FOLD) {
      box.append(make("details", "", make("summary", "gap", counted(run.length, "equal sentence")), ...pairs));
    } else {
      box.append(...pairs);
    }
  }
  if (member.cut) box.append(make("p", "pair dim", tell("Of these long texts only the beginning is compared here.")));
  return box;
}

/** Rows that stand together: equal ones, and others. */
function runsOf(rows) {
  const runs = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last && (last[0][0] === "=") === (row[0] === "=")) last.push(row);
    else runs.push([row]);
  }
  return runs;
}

function drawPair([kind, ...parts]) {
  const sides = [0, 1].map((side) => make("p", "text", ...parts.map((part) => drawSlot(part, side))));
  return make("div", kind === "=" ? "pair equal" : "pair", ...sides);
}

/** A stretch that is equal to the letter is a string; others are a kind and what either text has there. */
function drawSlot(part, side) {
  if (typeof part === "string") return part;
  const [kind, ...texts] = part;
  if (kind === "equal" || !texts[side]) return texts[side];
  const slot = make("span", `slot ${kind}`, texts[side]);
  slot.title = KINDS[kind];
  return slot;
}

/** A table of what each copy has in the slots that they fill in different ways. */
function drawSlots(cluster) {
  const compared = cluster.members.flatMap((member, at) => (at === 0 || member.rows ? [at + 1] : []));
  const heads = [tell("slot"), ...compared.map((number) => (number === 1 ? "★ 1" : String(number)))];
  const rows = cluster.slots.map(([before, fills, after]) => {
    const slot = make("td", "context", make("span", "dim", before), " ▢ ", make("span", "dim", after));
    return make("tr", "", slot, ...fills.map((fill) => make("td", "", drawFill(fill))));
  });
  const head = make("tr", "", ...heads.map((name) => make("th", "", name)));
  const table = make("table", "slots", make("thead", "", head), make("tbody", "", ...rows));
  table.lang = cluster.language;
  const summary = make("summary", "", tell("What each copy has in {number}", counted(cluster.slots.length, "slot")));
  const details = make("details", "", summary, make("div", "scroll", table));
  details.open = cluster.slots.length <= MANY;
  return details;
}

function drawFill(fill) {
  if (!fill) return make("span", "dim", "–"); // it does not have the passage
  const [kind, text] = fill;
  return kind ? make("span", `slot ${kind}`, text || " ") : text;
}

/** What the colours of a comparison say. */
function legend() {
  return Object.entries(KINDS).map(([kind, name]) => make("span", `slot ${kind}`, name));
}
