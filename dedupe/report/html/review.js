// Decisions about members of clusters and other findings, sent to the server that this page comes from.

class Review {
  constructor(findings, clusters) {
    Object.assign(this, { findings, list: clusters.list, verdicts: {}, open: new Set(), seen: new Set() });
    this.send("state").then(() => {
      for (const list of [findings.list, clusters.list]) list.rows.forEach((row) => list.redraw(row));
    });
  }

  async send(name, row) {
    const post = row && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(row) };
    try {
      const answer = await fetch(name, post);
      const state = await answer.json();
      if (!answer.ok) throw new Error(state.error);
      this.verdicts = state.verdicts;
      if (state.open) this.open = new Set(state.open);
      byId("review-said").textContent = tell("{number} decided", String(Object.keys(state.verdicts).length));
    } catch (error) {
      byId("review-said").textContent = tell("not saved: {number}", error.message);
    }
  }

  /** The buttons of a member that a decision can be made about. */
  draw(cluster, at) {
    const key = `${cluster.id}-${at}`;
    const box = make("span", "verdict");
    if (!this.open.has(key)) return box;
    for (const [verdict, name] of [["stays", tell("keep too")], ["instead", tell("keep instead")]]) {
      const button = make("button", "", name);
      button.type = "button";
      button.ariaPressed = String(this.verdicts[key] === verdict);
      button.onclick = () => this.decide(cluster, at, verdict);
      box.append(button);
    }
    return box;
  }

  /** Decide, or take a decision back that is made once more. */
  async decide(cluster, at, verdict) {
    const key = `${cluster.id}-${at}`;
    if (!this.open.has(key)) return;
    const wanted = this.verdicts[key] === verdict ? "none" : verdict;
    const reason = byId("review-reason").value;
    await this.send("decide", { cluster: cluster.id, member: at, verdict: wanted, reason });
    byId("review-reason").value = "";
    this.seen.add(cluster.id);
    this.list.redraw(cluster);
    this.list.reveal(this.list.rows.indexOf(cluster));
  }

  /** What is decided about a finding: a member of a cluster, or the finding alone. */
  subject(finding) {
    const cluster = this.findings.clusters.get(finding.cluster);
    if (!cluster) return { key: finding.id, row: { finding: finding.id } };
    const member = cluster.members.findIndex((one) => isOf(one, finding));
    return { key: `${cluster.id}-${member}`, row: { cluster: cluster.id, member }, cluster };
  }

  /** The button of findings of a line that one message is about: they stay. */
  drawStays(row, findings) {
    const box = make("span", "verdict");
    if (!findings.every((one) => this.open.has(this.subject(one).key))) return box;
    const button = make("button", "", findings[0].cluster ? tell("keep too") : tell("fine as it is"));
    button.type = "button";
    button.ariaPressed = String(this.stay(findings));
    button.onclick = () => this.allow(row, findings);
    box.append(button);
    return box;
  }

  stay(findings) {
    return findings.every((one) => this.verdicts[this.subject(one).key] === "stays");
  }

  /** Let findings stay, or take that back. */
  async allow(row, findings) {
    const verdict = this.stay(findings) ? "none" : "stays";
    const reason = byId("review-reason").value;
    for (const one of findings) {
      const subject = this.subject(one);
      await this.send("decide", { ...subject.row, verdict, reason });
      if (subject.cluster) this.list.redraw(subject.cluster);
    }
    byId("review-reason").value = "";
    const { list } = this.findings;
    list.redraw(row);
    list.reveal(list.rows.indexOf(row));
  }

  /** All that is found in the line that has the focus stays. */
  allowLine() {
    const row = this.findings.list.rows[this.findings.list.current()];
    const found = row?.kind === "line" ? startingIn(row).filter((one) => this.open.has(this.subject(one).key)) : [];
    if (found.length) this.allow(row, found);
  }

  /** The cluster is right as it is: go on to the next. */
  accept(view) {
    const cluster = view.list.rows[view.list.current()];
    if (!cluster) return;
    this.seen.add(cluster.id);
    this.list.redraw(cluster);
    view.step(1);
  }

  /** Choose the next or the one before of the members of a cluster that can be chosen. */
  turn(view, by) {
    const cluster = view.list.rows[view.list.current()];
    if (!cluster) return;
    let at = cluster.chosen + by;
    while (cluster.members[at] && !this.open.has(`${cluster.id}-${at}`)) at += by;
    if (at < 1 || !cluster.members[at]) return;
    cluster.chosen = at;
    this.list.redraw(cluster);
    this.list.reveal(this.list.rows.indexOf(cluster));
  }

  keys(view) {
    if (view === this.findings) return { a: () => view.step(1), s: () => this.allowLine() };
    const current = () => view.list.rows[view.list.current()];
    const decide = (verdict) => current() && this.decide(current(), current().chosen, verdict);
    return {
      a: () => this.accept(view),
      s: () => decide("stays"),
      i: () => decide("instead"),
      n: () => this.turn(view, 1),
      p: () => this.turn(view, -1),
    };
  }
}
