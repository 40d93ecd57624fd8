// The page as a whole: data, filters, search, views and keys.

const FILES = 100; // listed at once; the others are found by a part of their path
const THEME_NAMES = { auto: tell("auto"), light: tell("light"), dark: tell("dark") };
const THEMES = { auto: "light dark", light: "light", dark: "dark" };

/** Marks what was searched for where it is drawn, by ranges: the text itself stays as it is. */
class Marker {
  #query = "";
  #ranges = CSS.highlights ? new Highlight() : null; // a browser without them finds, and marks nothing

  constructor() {
    CSS.highlights?.set("searched", this.#ranges);
  }

  set query(query) {
    this.#query = query;
    this.#ranges?.clear();
  }

  mark(element) {
    if (!this.#query || !this.#ranges) return;
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) this.#markText(texts.currentNode);
  }

  #markText(node) {
    const text = node.data.toLowerCase();
    if (text.length !== node.length) return; // a few letters are longer in lower case
    for (let at = text.indexOf(this.#query); at >= 0; at = text.indexOf(this.#query, at + this.#query.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + this.#query.length);
      this.#ranges.add(range);
    }
  }
}

class Page {
  constructor() {
    const pages = dataOf("data-pages");
    const clusters = new Map(dataOf("data-clusters").map((cluster) => [cluster.id, cluster]));
    this.pages = pages;
    this.findings = new FindingsView(byId("view-findings"), pages, clusters);
    this.clusters = new ClustersView(byId("view-clusters"), [...clusters.values()]);
    if (typeof Review === "function") {
      this.review = this.findings.review = this.clusters.review = new Review(this.findings, this.clusters);
    }
    const findings = pages.flatMap((page) => page.findings);
    for (const finding of findings) clusters.get(finding.cluster)?.findings.push(finding);
    this.total = findings.length;
    this.marker = new Marker();
    for (const view of [this.findings, this.clusters]) view.list.drawn = (element) => this.marker.mark(element);
    this.files = new Set();
    this.tops = {}; // how far each view was scrolled
    history.scrollRestoration = "manual";
    this.folder = commonFolder(pages.map((page) => page.path));
    byId("legend").append(...legend());
    this.form = byId("filters");
    this.listen();
    this.listFiles();
    this.apply();
    this.route();
  }

  listen() {
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", (event) => this.changed(event.target));
    byId("clear").addEventListener("click", () => this.clear());
    byId("theme").addEventListener("click", () => this.turnTheme());
    byId("help").addEventListener("click", () => byId("keys").showModal());
    addEventListener("hashchange", () => this.route());
    addEventListener("keydown", (event) => this.pressed(event));
    const wide = matchMedia("(min-width: 62rem)");
    const fold = () => (document.querySelector(".side").open = wide.matches);
    wide.addEventListener("change", fold);
    fold();
  }

  changed(input) {
    if (input.id === "file-query") return this.listFiles();
    if (input.name === "file") this.files[input.checked ? "add" : "delete"](input.value);
    this.apply();
  }

  clear() {
    this.form.reset();
    this.files.clear();
    this.listFiles();
    this.apply();
  }

  chosen(name) {
    return new Set([...this.form.querySelectorAll(`input[name=${name}]:checked`)].map((input) => input.value));
  }

  /** What the filters and the search let through; of each group of filters nothing chosen means everything. */
  filters() {
    const query = byId("query").value.trim().toLowerCase();
    const [severities, codes, kinds] = ["severity", "code", "kind"].map((name) => this.chosen(name));
    const isFree = severities.size + codes.size + kinds.size === 0;
    const suits = (finding) =>
      (!severities.size || severities.has(finding.severity)) &&
      (codes.size + kinds.size === 0 || codes.has(finding.code) || kinds.has(finding.kind));
    const isIn = (place) => !this.files.size || this.files.has(place.path);
    return {
      query,
      isNarrow: !isFree || this.files.size > 0 || query !== "",
      finding: (one) => suits(one) && isIn(one.page) && (!query || searched(one).includes(query)),
      cluster: (one) =>
        (isFree || one.findings.some(suits)) &&
        one.members.some(isIn) &&
        (!query || searchedCluster(one).includes(query)),
    };
  }

  apply() {
    const filters = this.filters();
    this.isNarrow = filters.isNarrow;
    this.marker.query = filters.query;
    const [findings, pages] = this.findings.show(filters.finding);
    const clusters = this.clusters.show(filters.cluster);
    byId("count-findings").textContent = findings.toLocaleString("en");
    byId("count-clusters").textContent = clusters.toLocaleString("en");
    byId("clear").hidden = !this.isNarrow;
    scrollTo(0, Math.min(scrollY, byId("columns").offsetTop));
    this.counts = { findings, pages, clusters };
    this.say();
  }

  say() {
    const { findings, pages, clusters } = this.counts;
    const part = this.isNarrow ? tell("{number} of ", findings.toLocaleString("en")) : "";
    const found = `${part}${counted(this.total, "finding")}${tell(" in ")}${counted(pages, "document")}`;
    const isClusters = this.view === "clusters";
    const isNothing = isClusters ? !clusters : !findings;
    byId("status").textContent = isNothing ? tell("nothing") : isClusters ? "" : found;
    byId("legend").hidden = !isClusters || isNothing;
  }

  /** The files that there are, or those whose path has what was asked for; chosen ones first. */
  listFiles() {
    const query = byId("file-query").value.trim().toLowerCase();
    const counts = new Map();
    for (const page of this.pages) counts.set(page.path, (counts.get(page.path) ?? 0) + page.findings.length);
    const found = [...counts.keys()].filter((path) => !this.files.has(path) && path.toLowerCase().includes(query));
    const rows = [...this.files, ...found.slice(0, FILES)].map((path) => this.drawFile(path, counts.get(path)));
    const rest = found.length - FILES;
    if (rest > 0) rows.push(make("p", "dim", tell("and {number}: give a part of the path", counted(rest, "more file"))));
    byId("files").replaceChildren(...rows);
  }

  drawFile(path, count) {
    const input = make("input");
    Object.assign(input, { type: "checkbox", name: "file", value: path, checked: this.files.has(path) });
    const name = make("bdi", "what path", path.slice(this.folder.length));
    name.title = path;
    return make("label", "choice", input, name, make("span", "figure", count.toLocaleString("en")));
  }

  /** Show the view that the address names: #findings, #clusters, or one cluster. */
  route() {
    const [, id, member] = location.hash.match(/^#cluster-(\w+)(?:-(\d+))?$/) ?? [];
    const top = scrollY;
    if (this.view) this.tops[this.view] = top;
    this.view = id || location.hash === "#clusters" ? "clusters" : "findings";
    for (const name of ["findings", "clusters"]) {
      byId(`view-${name}`).hidden = name !== this.view;
      document.querySelector(`nav a[href="#${name}"]`).ariaCurrent = name === this.view ? "page" : null;
    }
    this.say();
    if (id) this.reveal(id, Number(member));
    else scrollTo(0, this.tops[this.view] ?? Math.min(top, byId("columns").offsetTop));
  }

  /** Go to a cluster, also to one that the filters hide: then they are cleared. */
  reveal(id, member) {
    if (this.clusters.reveal(id, member)) return;
    this.clear();
    this.clusters.reveal(id, member);
  }

  turnTheme() {
    const names = Object.keys(THEMES);
    const root = document.documentElement;
    const name = names[(names.indexOf(root.dataset.theme ?? "auto") + 1) % names.length];
    root.dataset.theme = name;
    root.style.colorScheme = THEMES[name];
    byId("theme").textContent = tell("Theme: {number}", THEME_NAMES[name]);
  }

  pressed(event) {
    const isTyping = event.target.matches("input:not([type=radio], [type=checkbox])");
    if (event.key === "Escape" && isTyping) event.target.blur();
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
    const keys = {
      "/": () => this.search(),
      j: () => this[this.view].step(1),
      k: () => this[this.view].step(-1),
      w: () => this.view === "findings" && this.findings.togglePage(),
      c: () => this.clear(),
      t: () => this.turnTheme(),
      1: () => (location.hash = "#findings"),
      2: () => (location.hash = "#clusters"),
      "?": () => byId("keys").showModal(),
      ...this.review?.keys(this[this.view]),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  }

  search() {
    document.querySelector(".side").open = true;
    byId("query").select();
  }
}

/** The folders that all paths begin with. */
function commonFolder(paths) {
  let common = paths[0].split("/").slice(0, -1);
  for (const path of paths) {
    const folders = path.split("/");
    const parting = common.findIndex((folder, at) => folder !== folders[at]);
    if (parting >= 0) common = common.slice(0, parting);
  }
  return common.map((folder) => `${folder}/`).join("");
}

/** What a search looks through: the finding, its place and the line it stands in, in lower case. */
function searched(finding) {
  if (finding.searched === undefined) {
    const { page } = finding;
    page.byNumber ??= new Map(page.lines.map((line) => [line[0], line]));
    const parts = (page.byNumber.get(finding.line) ?? []).slice(1);
    const text = parts.map((part) => (typeof part === "string" ? part : part[0])).join("");
    const { code, message, suggestion } = finding;
    finding.searched = [page.name, code, message, suggestion?.text, text].join("\n").toLowerCase();
  }
  return finding.searched;
}

function searchedCluster(cluster) {
  const texts = ({ name, title, rows }) => [name, title, ...(rows ?? []).flat(Infinity)];
  cluster.searched ??= [cluster.id, ...cluster.members.flatMap(texts)].join("\n").toLowerCase();
  return cluster.searched;
}

byId("columns").hidden = byId("buttons").hidden = false;
new Page();
