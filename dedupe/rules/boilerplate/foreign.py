"""Boilerplate rows for pages in English and Japanese."""

from __future__ import annotations

from dedupe.rules.boilerplate.shapes import Table, any_case, any_of, row, whole

MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
DAY = (
    rf"(?:{MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {MONTH},? \d{{4}}|\d{{4}}-\d\d?-\d\d?"
    r"|\d\d?/\d\d?/\d{2,4}|\d+ (?:minutes?|hours?|days?) ago)"
)
NETWORK = (
    r"(?:Facebook|Twitter|X|LinkedIn|Pinterest|WhatsApp|Reddit|Telegram|Tumblr|E-?mail|Print|Copy [Ll]ink|Instagram"
    r"|YouTube|LINE)"
)
MENU = (
    r"(?:Home|About(?: Us)?|Contact(?: Us)?|Blog|News|FAQ|Help|Support|Careers|Jobs|Press|Advertise|Login|Log ?[Ii]n"
    r"|Sign ?[Ii]n|Sign ?[Uu]p|Register"
    r"|Privacy(?: Policy)?|Terms(?: of (?:Service|Use)| (?:&|and) Conditions)?|Cookie Policy|Sitemap|Site Map|Search"
    r"|Menu|Subscribe|Shop|Cart|RSS|Accessibility)"
)
# A button is an imperative; a sentence in which somebody does the action is no notice. Lower case, for case is folded.
NOT_TOLD = r"(?:(?<!\w )|(?<=click )|(?<=please ))"

HEADS = (
    row(
        "BP218 site-navigation error",
        "links to this page and its neighbours",
        pattern=whole(
            r"(?i:skip to (?:main |the )?(?:content|navigation)|toggle (?:navigation|menu)|(?:back|return"
            r"|scroll) to (?:the )?(?:top|home ?page)|(?:previous|next|older|newer)"
            r" (?:post|article|page|entry|story|chapter)s?(?: ?[:»→] ?[^\n]{0,100})?|leave a (?:comment|reply)|(?:post"
            r"|add) (?:a )?comment"
            r"|your email address will not be published\.?(?: required fields are marked ?\*?)?"
            r"|required fields are marked ?\*?|comments are closed|about the author|(?:filed under"
            r"|tagged(?: with)?):[^\n]{1,100}|this (?:post|article|page) (?:may )?contains? affiliate links[^\n]{0,80}"
            r"|no comments yet\.?|load more comments)"
            r"|[前次]の(?:記事|ページ)(?:[へ:»→ ][^。\n]{0,60})?|(?:ページ(?:の)?)?(?:トップ|上部|先頭)(?:へ"
            r"|に)(?:戻る)?|ページトップ(?:へ|に戻る)?|コメントを(?:残す|書く)"
        ),
        needs=any_case(
            "skip |toggle |back |return |scroll |previous |next |older |newer |leave |post |add |your |required |no |"
            "comments |about |filed |tagged|this |load |前の|次の|ページ|トップ|上部|先頭|コメント"
        ),
        hits=("«Skip to main content»", "«Leave a Reply»", "«次の記事»", "«Next post: Pruning roses»"),
        misses=(
            "The next post in the fence had rotted.",
            "Leave a reply with the clerk at the desk",
            "次の記事を読んで答えなさい。",
        ),
    ),
    row(
        "BP219 site-menu-english error",
        "lists the sections of the site",
        pattern=(
            rf"^[^\S\n]*(?P<span>{MENU}(?:[\s|·•/,-]{{1,4}}{MENU}){{2,20}}|(?:Privacy Policy|Terms of (?:Service|Use)"
            rf"|Sitemap)(?:[\s|·•/-]{{1,4}}{MENU}){{0,8}})[^\S\n]*$"
        ),
        needs=any_of(
            "Home|About|Contact|Blog|News|FAQ|Help|Support|Careers|Jobs|Press|Advertise|Log|Sign|Register|"
            "Privacy|Terms|Cookie|Site|Search|Menu|Subscribe|Shop|Cart|RSS|Accessibility"
        ),
        hits=("«Home | About Us | Contact»", "«Privacy Policy»"),
        misses=("Home is where the heart is", "News and blog", "Privacy Policy of the town library"),
    ),
    row(
        "BP237 share error",
        "offers to share the page",
        pattern=whole(
            rf"(?:[Ss]hare|SHARE)(?: (?:[Tt]his(?: (?:[Aa]rticle|[Pp]ost|[Pp]age|[Ss]tory))?|(?:on|via|with"
            rf"|to) {NETWORK}))?:?(?:[\s|,/·]{{1,4}}{NETWORK}){{0,12}}"
            rf"|(?:[Cc]lick to )?(?:[Ss]hare|[Tt]weet|[Pp]in)(?: this)?(?: (?:on|to"
            rf"|via) {NETWORK})(?: \([^)\n]{{0,40}}\))?|[Tt]weet(?: this)?"
            rf"|{NETWORK}(?:[\s|,/·]{{1,4}}{NETWORK}){{2,12}}"
            rf"|[Ff]ollow us(?: on)?:?(?:[\s|,/·]{{0,4}}(?:and )?{NETWORK}){{0,8}}|(?:この記事を)?(?:シェア|ツイート"
            rf"|共有)(?:する|ボタン)?"
        ),
        needs=any_of(
            "Share|share|SHARE|Click to|click to|Tweet|tweet|Pin|pin|Facebook|Twitter|X|LinkedIn|WhatsApp|Reddit|"
            "Telegram|Tumblr|Email|E-mail|Print|Instagram|YouTube|LINE|Copy|Follow|follow|この記事を|シェア|ツイート|共有"
        ),
        hits=("«Share this article»", "«Share on Facebook»", "«Facebook | Twitter | LinkedIn»", "«シェアする»"),
        misses=("Share your food with others", "The bird's tweet was loud", "共有財産"),
    ),
    row(
        "BP252 related-english error",
        "heads a list of links",
        pattern=whole(
            r"(?i:(?:related|recommended|popular|recent|trending|latest|similar|further|featured|more|top) (?:articles?"
            r"|posts?|stories|reading|reads|content|links|topics|news|videos)"
            r"|(?:most|more) (?:read|popular|viewed)|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)"
            r"|(?:recommended|more) for you|more from [^.\n]{1,40}|people also (?:read|ask))\W{0,3}"
            r"|(?:関連|おすすめ|オススメ|人気|最新|最近の|新着)(?:の)?(?:記事|リンク|ページ|情報|ランキング)(?:一覧)?"
            r"|こちらもおすすめ|あわせて読みたい|(?:관련|추천|인기|최신) ?(?:기사|글|뉴스)"
        ),
        needs=any_case(
            "related|recommended|popular|recent|trending|latest|similar|further|featured|more|top|most|you |people|"
            "関連|おすすめ|オススメ|人気|最新|最近|新着|こちら|あわせて|관련|"
            "추천|인기|최신"
        ),
        hits=("«Related articles»", "«You might also like:»", "«関連記事»"),
        misses=("Related articles of the law apply", "You may like tea", "関連記事を探す"),
    ),
    row(
        "BP257 read-more error",
        "unfolds the text: a button",
        pattern=whole(
            r"(?i:(?:read|see|view|show|load|learn|find out) (?:the )?(?:more|full (?:article|story|text))(?: ?(?:»|→|>"
            r"|\.{3}|…)){0,2}|continue reading(?: [^\n]{0,80})?(?:»|→|>|\.{3}|…)?|click here(?: (?:to|for)"
            r" [^\n]{1,60})?|read more ?[:»→] ?[^\n]{1,100})|(?:点击|展开)?(?:阅读|查看|展开|显示)(?:全文|更多|剩余"
            r"|余下|原文)(?:内容|全文)?|展开|收起(?:全文)?|続きを(?:読む|見る)|もっと(?:見る|読む)"
        ),
        needs=any_case(
            "read |see |view |show |load |learn |find |continue |click |点击|展开|阅读|查看|显示|收起|続き|もっと"
        ),
        hits=("«Read more»", "«Continue reading →»", "«展开全文»", "«続きを読む»"),
        misses=("Read more books this year", "展开全文讨论", "More light was needed"),
    ),
)

EDGE_HEADS = (
    row(
        "BP228 byline-english error",
        "says who wrote it, and when",
        pattern=whole(
            rf"(?:(?:Posted|Published|Updated|Last (?:updated|modified|edited)|Written)(?: on| by"
            rf"| at)?:? )[^\n]{{0,40}}?{DAY}[^\n]{{0,60}}"
            rf"|(?:Posted|Written|Published) by:? [A-Z][^\n.]{{1,40}}"
            rf"|[Bb]y [A-Z][\w.'-]+(?: [A-Z][\w.'-]+){{1,3}}(?: ?[|•·,-] ?(?:{DAY}|[A-Z][^\n.]{{0,40}}))?"
            rf"|{DAY} ?[|•·-] ?[^\n]{{1,60}}"
            r"|\d{1,3} ?-?min(?:ute)?s?(?: of)? read(?:ing)?(?: time)?|(?:投稿|更新|公開"
            r"|掲載)日(?:時)?:? ?\d{4}[^\n]{0,30}"
        ),
        needs=any_of(
            "Posted|Published|Updated|Last|Date|Written|By |by |Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
            "Dec|投稿日|更新日|公開日|掲載日|1|2|3|4|5|6|7|8|9|0"
        ),
        hits=("«Posted on March 3, 2019 by admin»", "«By Ann Hill»", "«5 min read»", "«投稿日:2020年3月4日»"),
        misses=("By noon the rain had stopped.", "Date palms grow here", "March 3, 2019"),
    ),
)

ANYWHERE = (
    row(
        "BP234 rights-reserved error",
        "claims copyright for the site",
        pattern=whole(
            r"[^\n]{0,100}?(?:[Aa]ll [Rr]ights [Rr]eserved|ALL RIGHTS RESERVED|[Cc]opyright ?(?:©|\([cC]\)|[12]\d{3})"
            r"|COPYRIGHT ?(?:©|\([cC]\)|[12]\d{3})|© ?[12]\d{3}"
            r"|[Pp]owered by [A-Z]|無断転載|禁無断)[^\n]{0,160}",
            longest=500,
        ),
        needs=any_of("ights reserved|ights Reserved|RIGHTS RESERVED|opyright|COPYRIGHT|©|owered by|無断"),
        hits=(
            "«© 2019 Hillside Press. All rights reserved.»",
            "«Powered by WordPress»",
            "«当サイトの記事の無断転載を禁じます。»",
        ),
        misses=("He reserved all rights to the song.", "Copyright law differs by country.", "a mill powered by water"),
    ),
    row(
        "BP235 cookie-notice error",
        "asks to set cookies",
        pattern=whole(
            r"[^\n]{0,120}?(?i:(?:we|this (?:web)?site|our (?:web)?site|our partners) (?:and our partners "
            r"|may )?uses? [^\n.]{0,24}cookies|(?:by|if you) (?:continu|us|click|clos)[^\n.]{0,80}cookies"
            rf"|{NOT_TOLD}(?:accept|reject) (?:all )?cookies|{NOT_TOLD}manage (?:cookies|cookie [a-z]+)"
            r"|(?:see|read|view|check|visit|to|in|under) (?:our|the site's) cookie (?:policy|notice)"
            r"|(?:your|manage|change|update) cookie (?:settings|preferences|consent))[^\n]{0,300}"
            r"|(?i:(?:(?:view|read|see|our|your|edit|open) )?cookies? (?:policy|settings|preferences|consent|notice))"
            r"|[^\n]{0,40}(?:当サイト|本サイト)[^\n]{0,16}(?:Cookie|クッキー)[^\n]{0,100}|[^\n]{0,30}(?:本网站"
            r"|我们)[^\n]{0,10}使用[^\n]{0,10}[Cc]ookies?[^\n]{0,100}",
            longest=500,
        ),
        needs=("ookie", "OOKIE", "クッキー"),
        hits=(
            "«We use cookies to improve your experience. Accept all»",
            "«Accept All Cookies»",
            "«Cookie Policy»",
            "«Read our cookie policy before you go on.»",
            "«当サイトではCookieを使用しています。»",
        ),
        misses=(
            "Grandmother baked cookies every Sunday.",
            "Each user has a cookie jar",
            "The school board argued about a cookie policy, and nobody ate one.",
            "The dogs accept cookies from anybody.",
        ),
    ),
    row(
        "BP236 newsletter error",
        "asks the reader to subscribe",
        pattern=whole(
            r"[^\n]{0,60}?(?i:(?:subscribe|sign[ -]?up|join)\b[^.\n]{0,60}(?:newsletter|mailing list|inbox|free updates"
            r"|weekly email)|(?:get|receive)[^.\n]{0,60}(?:in|to) your inbox"
            r"|subscribe (?:now|today)|enter your e-?mail(?: address)?)[^\n]{0,160}|[^\n]{0,30}(?:メルマガ"
            r"|ニュースレター)(?:登録|を購読|に登録)[^\n]{0,60}",
            longest=500,
        ),
        needs=any_case(
            "newsletter|mailing list|inbox|subscribe|sign up|sign-up|signup|free updates|weekly email|your email|"
            "your e-mail|メルマガ|ニュースレター"
        ),
        hits=("«Subscribe to our newsletter for weekly tips»", "«Enter your email address»", "«メルマガ登録はこちら»"),
        misses=("The school newsletter came out in May.", "My inbox was full."),
    ),
)

TABLE = Table(heads=HEADS, edge_heads=EDGE_HEADS, anywhere=ANYWHERE)
