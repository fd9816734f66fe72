"""The words around numbers: lists of them by what they make of a number, and how a chapter is cut into prose, sentences and tokens.

`numbers` holds the rules that look things up here. Cues are patterns over a whole sentence in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from coursebook.publish.markup import Region, blanked, regions


@cache
def any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def cue(pattern: str) -> re.Pattern[str]:
    """Compiled when a sentence first asks for it, so that a command that lints nothing does not wait."""
    return re.compile(pattern)


SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
TENS = "thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = dict(zip(SMALL.split(), range(21), strict=True)) | dict(zip(TENS.split(), range(30, 100, 10), strict=True))
MAGNITUDES = any_of("hundred thousand million billion trillion dozen mn bn mio")
PARTS = any_of("half third thirds quarter quarters fifth fifths sixth sixths seventh eighth eighths ninth tenth tenths halves")
MONTHS = any_of(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
UNIT_SYMBOLS = {
    symbol: reason
    for reason, symbols in {
        "percent": "% ‰ pp ppt bp bps",
        "duration": "ns us µs μs ms s sec secs min mins h hr hrs yr yrs",
        "size": "kB KB MB GB TB PB KiB MiB GiB TiB PiB kb mb gb tb Kb Mb Gb Mbit Gbit kbit Gbit px dpi ppi MP "
        "mm cm km nm µm m mi ft kg mg g ml mL L l m² m2 km² dB dBm ° °C °F °K K kV V mV mA kJ MJ J kcal ppm hPa kPa MPa",
        "rate": "bps kbps Kbps Mbps Gbps Mbit/s Gbit/s kHz MHz GHz Hz THz fps rpm qps rps tps FLOPs FLOPS GFLOPS GFLOPs TFLOPS "
        "TFLOPs PFLOPS PFLOPs TOPS km/h mph W kW MW GW Wh kWh MWh GWh mAh Ah hp tok/s t/s req/s it/s",
        "price": "USD EUR GBP CHF JPY CNY INR AUD CAD SEK NOK DKK PLN CZK KRW BRL ct ¢ € £",
        "score": "pts pt",
    }.items()
    for symbol in symbols.split()
} | {
    prefix + base: "size"
    for prefix in ("", "n", "µ", "μ", "m", "c", "k", "M", "G")
    for base in ("m", "g", "l", "L", "V", "A", "J", "N", "F", "Pa", "mol", "eV", "Ω", "bar", "W", "Wh", "Hz", "T")
    if (prefix not in {"M", "G"} and prefix) or len(base) > 1  # `5 ML engineers` are no megalitres
}
UNIT_WORDS = {
    word: reason
    for reason, words in {
        "percent": "percent percentage",
        "score": "point points percentile",
        "duration": "nanosecond nanoseconds microsecond microseconds millisecond milliseconds second seconds minute minutes hour hours "
        "day days night nights week weeks fortnight month months year years decade decades century centuries sec min hr",
        "size": "bit byte bytes kilobyte kilobytes megabyte megabytes gigabyte gigabytes terabyte terabytes pixel pixels megapixel "
        "megapixels inch inches foot feet yard yards metre metres meter meters kilometre kilometres kilometer kilometers mile miles "
        "centimetre centimetres millimetre millimetres gram grams kilo kilos kilogram kilograms tonne tonnes ton tons litre litres "
        "liter liters gallon gallons degree degrees celsius fahrenheit kelvin volt volts amp amps acre acres decibel decibels "
        "tablespoon tablespoons teaspoon teaspoons cup cups calorie calories joule joules gigabit megabit",
        "rate": "watt watts kilowatt kilowatts megawatt megawatts hertz megahertz gigahertz rpm fps flops knots",
        "price": "dollar dollars euro euros pound pounds cent cents yen franc francs rupee rupees yuan bucks quid krona",
    }.items()
    for word in words.split()
}
CURRENCY = any_of("$ € £ ¥ ₹ ₩ ₽ ¢")
CURRENCY_CODES = any_of("usd eur gbp chf jpy cny inr aud cad us$ a$ c$ hk$ rs")
MAGNITUDE_LETTERS = any_of("k K M m B b T bn mn mio tn")
REFERENCES = any_of(
    "section sections sec secs chapter chapters figure figures fig figs table tables tab page pages p pp line lines ll step steps run "
    "runs exercise exercises ex epoch epochs iteration iterations class classes grade grades issue issues pr prs note notes rule rules "
    "part parts week weeks day days phase phases level levels question questions q gate row rows column columns col item items appendix "
    "equation equations eq eqs theorem lemma lemmas corollary proposition definition listing algorithm footnote footnotes bullet lab labs "
    "option options example examples problem problems task tasks subtask subtasks trial trials round rounds stage stages case cases "
    "experiment experiments study module modules lecture lectures unit units lesson lessons volume vol book act scene article art art. "
    "paragraph para clause type types tier tiers layer layers head heads group groups cluster clusters slot slots slide slides "
    "scenario scenarios hypothesis tip tips goal goals milestone sprint track floor room gate flight terminal platform lane line zone "
    "area district route highway channel port ports status code codes http error errno exit signal rfc rfcs iso ieee din pep cve bip bug "
    "ticket commit id ids no nos number nr # § №  §§ cell cells node nodes worker rank gpu core shard fold folds split batch seed seeds "
    "variant variants condition panel panels box block blocks participant subject respondent annotator rater player team user version "
    "versions release releases v ver revision rev draft build quarter arxiv doi isbn issn tel phone window tab bit byte position index "
    "token place rung attempt attempts failure mode modes model models agent agents prompt sample samples assignment point points "
    "criterion requirement principle observation finding remark claim conjecture property axiom schedule annex category key keys paper"
)
"""Nouns that a number after them names one of."""
VERBS_TOO = any_of("run runs step steps test line note notes prompt sample samples split")
PLAIN_REFERENCES = any_of("# § §§ № no nos nr p pp rfc iso iec ieee din en etsi astm nist http")
SETTINGS = any_of(
    "temperature temperatures seed seeds momentum dropout epsilon alpha beta gamma lambda eta lr top-k top-p topk topp min-p opt-level "
    "stride padding patience warmup verbosity priority default defaults weight-decay n_jobs threshold-k batch-size learning-rate penalty "
    "rank boost batch batches beam α β γ λ ε η τ"
)
SETTING_PAIRS = {
    second: any_of(first)
    for second, first in {
        "rate": "learning dropout decay mutation base",
        "rates": "learning dropout",
        "size": "batch chunk window kernel hidden embedding step block beam patch group population",
        "sizes": "batch chunk window kernel hidden embedding step block beam patch group",
        "decay": "weight",
        "width": "beam line",
        "depth": "max maximum tree search",
        "state": "random",
        "factor": "discount damping",
        "level": "opt log effort zoom compression optimisation optimization",
        "penalty": "repetition frequency presence length",
        "dimension": "hidden embedding latent",
        "count": "retry worker",
        "norm": "gradient clipping",
    }.items()
}
STATISTICS = any_of(
    "n m sd se sem r r² r2 p d t f z g χ² κ ρ μ σ auc f1 rmse mae mse ci hr std stdev avg var η² ω² ε² δ iqr mdn md rho kappa icc w u h bf"
)
METRICS = any_of(
    "accuracy accuracies score scores scored precision recall f1 f1-score auc loss losses error errors rating ratings elo kappa correlation "
    "correlations coefficient perplexity mean median average deviation variance probability likelihood margin gap bleu rouge wer rmse mae "
    "mse r² latency throughput speed speedup percentile iq share proportion p-value odds entropy total result results pass@1 similarity "
    "cosine rate rates agreement performance grade grades mark marks faithfulness calibration effect distance cost costs price prices "
    "count counts sum minimum maximum peak baseline gain gains lift drop improvement"
)
SCORE_VERBS = any_of(
    "scored scores score scoring reached reaches reach achieved achieves achieve attained attains got gets get averaged averages rated rates "
    "earned earns fell falls fall dropped drops drop rose rises rise climbed climbs jumped jumps went goes grew grows shrank shrinks "
    "increased increases decreased decreases improved improves declined declines hit hits stood stands stand peaked peaks plateaued plateaus "
    "slipped sank sinks counted counts totalled totals came comes landed lands moved moves cut cuts raised lowered "
    "solved solves passed passes failed fails beat beats measured measures reported reports recorded found finds trailed led"
)
SCORED = METRICS | SCORE_VERBS | any_of("confidence credible prediction interval intervals")
BEFORE_SCORE = any_of(
    "is was were are be been to at from of than against by between ( : = versus vs over and only just about with exactly then"
) | any_of("scored scores score reached reaches got gets averaged hit hits reached totals rated")
LIMITING = any_of(
    "about roughly around approximately nearly almost over under above below than least most only just some ~ ≈ < > ≤ ≥ up"
)
OUTCOMES = any_of(
    "failed passed crashed solved converged diverged were had did got agreed disagreed answered succeeded broke survived finished dropped "
    "collapsed responded completed quit remained died left refused improved worsened timed returned matched missed voted preferred chose "
    "said reported took scored went came gave needed used fell rose stopped hung stalled"
)
FINDINGS = OUTCOMES | any_of(
    "evaluate evaluated evaluates tested ran surveyed found collected collect interviewed recruited compared compare sampled measured showed "
    "tried trained annotated labelled labeled rated judged reviewed analysed analyzed studied asked counted saw observed fixed closed merged "
    "included enrolled participated took averaged identified detected shipped produced examined audited repeated spent invited graded drew won "
    "lost get gets allow allows allowed limited benchmarked probed queried"
)
PEOPLE_AND_TRIALS = any_of(
    "runs models tasks problems trials attempts errors failures bugs crashes datasets benchmarks seeds repositories repos papers studies vendors "
    "labs companies teams experts reviewers annotators raters judges participants students people users volunteers respondents developers "
    "engineers programmers teachers patients countries schools universities forks submissions projects sites questions answers samples "
    "prompts documents articles images videos games puzzles items sessions interviews experiments tests regressions incidents outages "
    "releases servers machines languages cities hospitals testers providers subjects readers editors authors candidates applicants copies "
    "replications checkpoints environments settings ones others votes replies responses humans adults animals"
)
STRUCTURES = any_of(
    "ways modes kinds types sorts forms parts sections chapters columns rows fields arguments options stages phases steps layers heads classes "
    "methods functions modules levels lemmas lemmata theorems definitions rules bullets paragraphs sentences headings tabs buttons panels "
    "dimensions axes variables digits characters letters spaces backticks hashes reasons categories groups conditions variants versions "
    "flavours formats keys tables figures nodes edges states components branches commands flags properties attributes elements assumptions "
    "principles criteria goals ideas strategies approaches techniques terms symbols entries players sides workers threads processes "
    "parameters inputs outputs channels blocks units neurons vertices corners bullets footnotes appendices exercises pieces aspects factors "
    "dots lines colours colors themes values slots stars halves loops passes cases questions stones disks discs pegs vectors sources "
    "decimals places bits words labels subtasks hints traps claims points directions packages libraries features constructors overloads roles "
    "tips lessons myths things facts hidden boxes bins copies kernels matrices planes registers pins operands numbers bars curves arrows "
    "clusters neighbours neighbors trees scenarios clauses decisions questions views layers cells objectives interfaces endpoints traits quantities constants endings entities tasks"
)
WORKED_ON = any_of("tasks questions cases passes copies steps entries hints functions modules lines words sentences")
ARRAYS = any_of("array arrays tensor vector matrix list tuple")
DESIGN = any_of(
    "layers heads dimensions units channels neurons blocks columns experts components features digits characters bits classes"
)
CONTRASTING = any_of("instead rather compared total average mean limit up down")
DEFINITE = any_of("the these those both our its their his her your all other any last first next same every each this that no")
PARAMETERS = any_of(
    "parameters params parameter weights tokens words dollars euros users people active activated total trainable rows images downloads"
)
MODEL_NOUNS = any_of(
    "model models variant variants version versions checkpoint checkpoints network transformer sibling siblings baseline base instruct chat "
    "class size sizes family llm llms release student teacher build one ones weights"
)
COUNTED_AFTER_HYPHEN = any_of(
    "page word line token question item person people image sample row example problem user member file node gpu core task digit "
    "student patient site country parameter author job step seat bed room mile character"
)
FUNCTION_WORDS = any_of(
    "a an the this that these those of in on at by to from for with without within over under above below about around after before since "
    "until than as is are was were be been being has have had do does did will would can could may might must shall should and or but nor "
    "so yet if when while where why how what which who whose whom not no only just some all any each every both either neither more most "
    "fewer less few many much several between among across through during per via versus vs up down out off into onto upon against "
    "then there here it its they them their we us our you your he she his her i me my one also even still already nearly almost roughly "
    "approximately exactly because although though whereas however thus hence therefore instead like unlike despite except plus minus "
    "top another other such same own too very again once twice"
)
NOT_PLURAL = FUNCTION_WORDS | any_of(
    "costs takes gives gets makes needs means says shows seems lets goes comes becomes contains includes remains lies plus across always "
    "perhaps towards afterwards works is has was does its uses begins ends sits holds wins lens bias basis analysis loss process less "
    "works drops adds brings opens reads looks stays reaches supports wants adds requires falls scores uses beats replaces"
)
IRREGULAR_PLURALS = any_of(
    "people children men women mice feet teeth criteria data phenomena corpora staff female male hypotheses analyses indices vertices series"
)
PRODUCTS = any_of(
    "python node node.js llama gpt claude gemini qwen phi mistral gemma grok deepseek kimi ubuntu debian fedora windows macos ios android cuda "
    "java php ruby perl rust postgres postgresql mysql sqlite redis react vue angular django rails flask pytorch tensorflow keras numpy pandas "
    "scipy scikit-learn matplotlib jax vllm ollama transformers mypy pip kubernetes docker chrome firefox safari gcc clang llvm rtx gtx html css http bluetooth usb pcie ddr gen covid opus sonnet haiku "
    "bootstrap drupal wordpress excel office photoshop iphone pixel galaxy xbox playstation raspberry arduino level type formula magistral"
)
BENCHMARKS = any_of(
    "mmlu mmlu-pro gpqa gsm8k humaneval math hellaswag bbh mbpp truthfulqa winogrande asdiv ifeval livecodebench drop arc"
)
COMPARATIVES = any_of(
    "as more less fewer larger smaller faster slower longer shorter higher lower bigger cheaper better worse likelier greater the that over "
    "what its their heavier lighter wider deeper quicker denser costlier closer farther further richer stronger weaker older younger"
)
STATUS_CODES = frozenset(
    {200, 201, 202, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 429, 451}
)
STATUS_CODES |= {500, 501, 502, 503, 504}
SCALE_ENDS = frozenset({0, 1, 4, 5, 6, 7, 9, 10, 20, 100, 1000})
IDIOMS = any_of("24/7 50/50 9/11 20/20 80/20 1/1 7/24 60/40")
ASPECTS = any_of("16:9 4:3 1:1 21:9 16:10 3:2")
SPELLING = r"\b(?:use numerals|get an? (?:comma|hyphen|space)|(?:write|use|say|put|prefer) \S{0,12}\d\S{0,12},? (?:not|rather than|instead of)|use (?:an? )?(?:comma|hyphen|space|figure|digit)s?|(?:give|write|show|set) (?:\w+ ){1,3}as \d|numerals (?:for|when|in|with)|words for numbers|spell(?:ed|s|ing)? out|spelled|written out|write out)\b"
SPELLING_VERB = r"\b(?:spell(?:ed|s|ing)?|writ(?:e|ing|ten)|typeset|hyphenate|punctuate|printed|format(?:ted)?|style)\b"
SPELLING_MATTER = (
    r"\b(?:with(?:out)? (?:an? |the )?(?:\w+ )?(?:space|comma|hyphen|point|dot|full stop|separator|apostrophe|zero|underscore)s?"
    r"|in words|as words|in full|numerals?|spelling)\b"
)
MENTION_VERBS = any_of(
    "spell write writes writing written say use uses prefer avoid type typed takes accepts such like called titled entitled reads label labelled "
    "headings heading string word words phrase phrases numeral numerals style"
)
MENTION_LINKS = any_of("not than of or and , ; →")
ACTORS = (
    "farmer|baker|bakery|shopkeeper|shop|grocer|gardener|carpenter|train|taxi|tailor|merchant|painter|cyclist|hiker|pirate|snail|ladder|"
    "rectangle|bag|jar|urn|basket|die|coin|teacher|pupil|boy|girl|cook|recipe|hen|cow|museum|cinema|kiosk|ferry|tank"
)
FIRST_NAMES = "ann|anna|anne|alice|bob|ben|tom|tim|john|mary|maria|lisa|natalia|weng|betty|joy|james|sam|sara|sarah|emma|peter|paul|jane|jim|joe|kim|lena|mia|leo|max"
MADE_UP = (
    r"\b(?:supposing|assum(?:e|ing)|imagining|pretend|hypothetical\w*|let us say|let's say|for the sake of|made[- ]up(?! of)"
    r"|toy (?:example|one|case|numbers?|data)|invented (?:numbers?|figures?|data|example)|thought experiment|suppose|imagine)\b"
    r"|\b(?:mean|average|sum|product|median|difference) of \d+(?:, \d+)*,? (?:and|,) \d|\b(?:an?|one) (?:\w+ )?(?:inch|mile|foot|pound|ounce|hour|day|week|year|minute|byte|kilobyte|nibble|acre|dozen) (?:is|has|equals|=)\b"
)
EXAMPLE = (
    r"^\W*+(?:[\w ]{1,20}[:.] )?(?:(?:exercise|problem|puzzle|homework|quiz)(?: \d+)?[.:)]|what is \d|(?:compute|calculate) (?:the|how|\d)"
    r"|(?:toss|roll|flip) (?:an?|the|two|three|\d+) (?:\w+ )?(?:coins?|dice|die)\b|(?=[^?]*\?)(?:(?:what|how|why)\b.*?\bif|if)\b"
    r"|(?:suppose|imagine|assume|pretend|picture an?|consider an?|think of an?|take (?:an?|\d+)|say (?:that|an?|you|we|the)|given an?)\b"
    r"|let\b.{1,60}\b(?:be|denote)\b|let \w+ =|here is a toy\b|if (?:you|we|i|one|someone) (?:toss|roll|flip|draw|pick|throw)\b"
    rf"|(?:(?:an?|one) (?:\w+ )?(?:{ACTORS})|(?:{FIRST_NAMES})) (?:has|had|buys|bought|sells|sold|bakes|baked|leaves|left|plants|planted|earns|pays|paid|holds|contains|picks"
    r"|picked|costs|drives|walks|rolls|fills|travels|is|are|makes|made|charges|needs|reads|saves)\b)"
)
ASKING = (
    r"\b(?:how (?:many|much|long|likely|far|old|fast)|what (?:fraction|share|percentage|proportion)"
    r"|what (?:is|are) (?:the|its|his|her|their) (?:\w+ )?(?:probability|chance|chances|odds|mean|average|sum|total|price|cost|efficiency))\b"
)
STORY = (
    r"\W*+(?:An? [a-z]|One [a-z]|There (?:are|is|were)\b|You (?:have|are|draw|buy|run)\b|[A-Z][a-z]+(?:'s)? (?:has|had|buys|bought|sells|sold|earns|earned|makes|made"
    r"|wants|needs|bakes|baked|picks|picked|gives|gave|pays|paid|walks|walked|ran|eats|ate|collects|saves|saved|works|plants|planted|spent|spends)\b)"
)
ON_WITH_EXAMPLE = r"^\W*+(?:an?|he|she|it|they|each|every|one|then|later|his|her|their|if|there (?:are|is)|half|[a-z]+ (?:has|had|buys|sells|gives|gave|eats|ate))\b"
QUOTED = r"“[^”]*+”|\"[^\"]*+\""
EMPIRICAL = (
    r"\b(?:our|study|studies|paper|papers|authors?|et al|survey|measured|observed|reported|benchmarks?|in practice|in fact|actually|in reality"
    r"|we (?:found|ran|saw|measured|got|tested|tried|counted))\b"
)
VERSIONING = (
    r"\b(?:releases?d?|deprecat\w+|removed in|upgrad\w+|downgrad\w+|support(?:s|ed)?(?: for)?|compatib\w+|backport\w*|is out|end of life|eol"
    r"|requires?|added in|introduced in|dropped in|changed in|fixed in|wheels?|changelog|bugfix|patch|bump(?:ed|s)?|migrat\w+|pinned?|branch|install\w*"
    r"|beta|alpha|rc|lts|work on)\b"
)
SCALING = r"\b(?:scales?|rang(?:e|es|ing)|lies?|rat(?:ed?|ings?)|likert|votes?|graded?|runs?|goes?|var(?:y|ies)|bounded|values?|normali[sz]ed|probabilit\w+|clipped|interval|marked|anchored)\b"
JOKING = (
    r"\b(?:joke|joking|saying|proverb|clich\w+|as they say|so they say|slogan|rule of thumb|proverbial|idiom|stock phrase)\b"
)
TIMED = r"\b(?:latenc(?:y|ies)|delays?|response|times?)\b|\d[ \u00a0]?(?:ms|s|µs)\b"
STATISTIC_NAMES = any_of(
    "confidence credible prediction ci cis hdi significance interval intervals uncertainty compatibility bands band level"
)
ABBREVIATIONS = any_of(
    "fig figs eq eqs pp p al e.g i.e vs ca approx no nos sec art dr mr mrs prof cf ch vol ed etc resp dept est tab ref refs st"
)
NO_NAMES = FUNCTION_WORDS | METRICS | MONTHS | SCORE_VERBS | {word for word in STATISTICS | STATISTIC_NAMES if len(word) > 1}
CELL_KEYS = (
    r"^key\||^[\W_]*(?:batch size|learning rate|temperature|seed|year|date|versions?|weight decay|dropout|momentum|top[- ]?[kp]|beam|stride|epoch|rank|"
    r"layers?|heads|hidden size|dimensions?|depth|chapter|section|page|port|level|week)\b|^#$"
    r"|\|[\W_]*(?:batch size|learning rate|temperature|seed|year|date|versions?|released?|chapter|section|page|step|epoch|id|port|issue|no|nr|rank|week|day|"
    r"exercise|row|question|lab|option|code|status|layer|level|k)\b[\W_]*$|\|#"
)
FOLD_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand)[-‑]?fold"
PAST = any_of(
    "was were had did seen got went came took gave made found saw ran said told held kept left lost won met sent spent stood fell rose grew broke "
    "began drew wrote read became brought built bought caught chose felt flew heard knew led paid put sat sold thought threw understood wore"
) - {"read", "put"}
NO_PAST_AFTER = (
    any_of("is are be being a an the as and or this these those not its their our of by with been in no to for")
    | NUMBER_WORDS.keys()
)
FINITE = any_of("is are was were has have had will would does did")
AFTER_ORDER = (
    any_of("the a an it them this that these those your its each every all in at for to up with only no") | NUMBER_WORDS.keys()
)
BOUNDING = any_of("most least than about roughly around approximately nearly almost over up ~ ≈ < > ≤ ≥ exceed exceeds")
ALLOWING = any_of("may allow allows permits permit limited capped")
FINDING = any_of("found find finds saw detected identified collected observed counted recruited surveyed interviewed")
DEFAULTING = (
    r"\bby default\b|\bdefaults? (?:is|to|of|value)\b|\bunless (?:you|set|overrid|otherwise|specified)|\boverrid(?:e|den)\b"
)
AVERAGES = any_of("average averages averaged averaging mean median total altogether typically")
AGREEING = r"\b(?:cronbach|krippendorff|agree|reliab|consisten)"
CONSTANTS = r"\beuler's number\b|\bgolden ratio\b|\bavogadro|\bplanck|\bspeed of light\b|\bby definition\b|\bis defined as\b"

CONNECTORS = any_of("– - — to and or , / & → -> through vs versus against ± by $ € £ .")
ALSO_BETWEEN = {"reference": any_of("of"), "version": any_of("< > = of")}
SAME_SENSE = any_of(
    "percent price duration size rate multiple proportion count statistic score reference version setting scale name date year"
)

# -- what is not prose -------------------------------------------------------------------------------------------------

HIDDEN = re.compile(
    r"""
    \\\([^\n]{0,400}?\\\) | \\\[[^\n]{0,400}?\\\]       # maths in TeX's brackets
  | (?<=\])\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*\)    # a link's destination
  | (?<=\])\[[^\[\]\n]*+\]                              # a link's reference
  | ^[ ]{0,3}\[[^\[\]\n^]++\]:[^\n]*                    # a reference definition
  | \[\^[^\[\]\n]++\]:?                                 # a footnote's mark
  | \[[^\[\]\n]*@[A-Za-z][^\[\]\n]*+\]                  # a citation
  | \{:?[ ]*(?:[.\#][\w-]|[\w-]++=)[^{}\n]*+\}          # an attribute list
  | \b(?:https?|ftp|mailto|doi|arxiv):[^\s<>)\]]++      # an address
  | \bwww\.[^\s<>)\]]++
  | <[^<>\s:@]++[:@][^<>\s]++>                            # an address in angle brackets
  | (?<![\w+])\+\+[\w"-]++(?:\+[\w"-]++)*\+\+          # keys
  | &\#?\w++;                                           # an entity
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
LIST_NUMBER = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?(\d{1,9}[.)])(?=[ \t]|$)")
WORDS_IN_MATHS = re.compile(r"(?<![\\\w])[^\W\d_]{3,}")


def mask(markdown: str) -> str:
    """The same text, of the same length and in the same lines, with blanks for everything that is not prose."""
    content = blanked(markdown, [part for region in regions(markdown) for part in _not_price(markdown, region)])
    content = HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), content)
    return _without_list_numbers(content)


def _not_price(content: str, region: Region) -> Iterator[Region]:
    """`$5 a task and $9 (in A$)` is no maths: an amount of money opens it, and words stand inside."""
    inside = content[region.inner : region.inner_end]
    if region.kind != "maths" or not inside[:1].isdigit() or not WORDS_IN_MATHS.search(inside):
        yield region
    elif "$" in inside:
        start = region.inner + inside.rindex("$")
        yield Region("maths", start, region.end, start + 1, region.inner_end)


def _without_list_numbers(content: str) -> str:
    """A line may go on with a number and a full stop by accident; only where a list can begin or goes on is it a mark."""
    lines, in_list, after_blank = [], False, True
    for line in content.split("\n"):
        blank, text = not line.strip(" \t>"), line
        match = None if blank else LIST_NUMBER.match(line)
        if match and (in_list or after_blank or match[1] in {"1.", "1)"}):
            start, end = match.span(1)
            text = line[:start] + " " * (end - start) + line[end:]
            in_list = True
        elif not blank and after_blank and not line.startswith((" ", "\t", "-", "*", "+")):
            in_list = False
        after_blank = blank
        lines.append(text)
    return "\n".join(lines)


# -- tokens ------------------------------------------------------------------------------------------------------------

NUMBER = re.compile(
    r"""
    (?P<date>(?:19|20)\d\d-(?:0\d|1[0-2])(?:-[0-3]\d(?:T[\d:.]++Z?)?)?(?![\d-])
          | [0-3]?\d[./][01]?\d[./](?:19|20)\d\d(?!\d) | (?:19|20)\d\d/[01]?\d/[0-3]?\d(?!\d) | (?:19|20)\d\d/\d\d(?!\d))
  | (?P<version>\d++(?:\.\d++){2,}\w*+(?:[-.+]\w++)* | \d++(?:\.\d++)*\.[xX](?!\w))
  | (?P<serial>\d++(?:-\d++){2,} | \d{4}\.\d{4,5}(?:v\d+)?(?!\d))
  | (?P<clock>\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:\.\d++)?(?![\d:]))
  | (?P<ratio>\d++(?:\.\d++)?:\d++(?:\.\d++)?(?!:))
  | (?P<science>\d++(?:\.\d++)?(?:[eE][-+−]?\d++(?!\w)|[ ]?[×·][ ]?10(?:\^\{?[-−]?\d++\}?|[⁰¹²³⁴-⁹⁻]++))
          | 10(?:\^\{?[-−]?\d++\}?|[⁰¹²³⁴-⁹⁻]++))
  | (?P<area>\d++(?:\.\d++)?(?:[x×]\d++(?:\.\d++)?)+(?![\w×]) | \d++[ ][x×][ ]\d++(?:[ ][x×][ ]\d++)*(?!\w))
  | (?P<grouped>\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d++)? | \d{1,3}(?:[\ \u00a0\u202f\u2009]\d{3})+(?![\ \u00a0\u202f\u2009]?\d) | \d{1,3}(?:[_'’]\d{3})+(?![_'’]?\d))
  | (?P<slashed>\d++(?:/\d++){2,})
  | (?P<fraction>\d++(?:\.\d++)?/\d++(?![\d/]))
  | (?P<decimal>\d*+[½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚] | \d*+\.\d++ | \d++,\d{1,2}(?=[ \u00a0\u202f]?%))
  | (?P<integer>\d++)
    """,
    re.VERBOSE,
)
GLUED = re.compile(r"%|‰|°[CFK]?|×|(?:['’]s\b)|[^\W\d_]\w*+(?:/[^\W\d_]++)?|¢|€|£")
HYPHENED = re.compile(r"[-‑]([^\W\d_]\w*+)((?:[-‑]\w++)*)")
SHORT = re.compile(r"[12]?\d\.\d{1,2}")
WORD = re.compile(r"°[CFK]?(?!\w)|[^\W\d_]\w*+(?:[-‑.@/+'’&]++\w++)*")
COMPOUND_DURATION = re.compile(r"(?:d|h|m|min)\d++(?:h|m|min|s|ms)?(?:\d++(?:s|ms)?)?")
GAP = re.compile(r"[ ]{3,}+(?=\S)")
HOLE = "\ufffc"
"""Stands where something masked was, so that the words around it are not taken for neighbours."""
DECADE = re.compile(r"(?:1[5-9]|20)?\d0")


@dataclass(frozen=True)
class Token:
    """A word, a symbol, or a number with what is glued to it; `end` leaves out a unit that is a word."""

    kind: str
    text: str
    start: int
    end: int
    stop: int
    shape: str = ""
    glued: str = ""
    hyphened: str = ""
    low: str = field(default="", compare=False)

    @cached_property
    def value(self) -> float:
        if self.kind == "word":
            return float(NUMBER_WORDS.get(re.split("[-‑]", self.low)[0], -1))
        digits = re.sub(r"[,_'’\s]", "", self.text)
        try:
            return float(digits)
        except ValueError:
            return -1.0

    @property
    def bare(self) -> bool:
        return not (self.glued or self.hyphened)


def _tokens(text: str, offset: int) -> Iterator[Token]:
    position = 0
    while position < len(text):
        character = text[position]
        if character.isspace():
            gap = GAP.match(text, position)
            if gap and position and gap.end() < len(text):
                yield _symbol(HOLE, position + offset)
            position = gap.end() if gap else position + 1
            continue
        token = _number(text, position, offset) or _word(text, position, offset) or _symbol(character, position + offset)
        yield token
        position = token.stop - offset


def _number(text: str, position: int, offset: int) -> Token | None:
    match = NUMBER.match(text, position)
    if not match:
        return None
    end = match.end()
    glued = GLUED.match(text, end)
    stop = glued.end() if glued else end
    hyphened = HYPHENED.match(text, stop)
    first = hyphened[1] if hyphened else ""
    stop = hyphened.end() if hyphened else stop
    unit = glued[0] if glued else ""
    low = match[0].lower()
    return Token(
        "number", match[0], position + offset, end + len(unit) + offset, stop + offset, str(match.lastgroup), unit, first, low
    )


def _word(text: str, position: int, offset: int) -> Token | None:
    match = WORD.match(text, position)
    if not match:
        return None
    word = match[0].rstrip("_")
    end = offset + position + len(word)
    kind = "name" if any(character.isdigit() for character in word) else "word"
    return Token(kind, word, position + offset, end, match.end() + offset, low=word.lower().replace("’", "'"))


def _symbol(character: str, start: int) -> Token:
    return Token("symbol", character, start, start + 1, start + 1, low=character)


# -- sentences ---------------------------------------------------------------------------------------------------------


@dataclass
class Sentence:
    """The tokens of a sentence, a heading or a table cell. `label` names what a cell stands for."""

    tokens: list[Token]
    text: str
    kind: str = "prose"
    label: str = ""
    column: int = 0
    stipulated: bool = False
    said: dict[str, bool] = field(default_factory=dict, repr=False)

    def says(self, pattern: str) -> bool:
        """Whether a cue stands anywhere in the sentence; looked up once, however many numbers ask."""
        if pattern not in self.said:
            self.said[pattern] = bool(cue(pattern).search(self.low))
        return self.said[pattern]

    @cached_property
    def low(self) -> str:
        return self.text.lower()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(token.low for token in self.tokens)

    @cached_property
    def about_spelling(self) -> bool:
        return bool(self.says(SPELLING) or (self.says(SPELLING_VERB) and self.says(SPELLING_MATTER)))

    @cached_property
    def scored(self) -> bool:
        return not self.words.isdisjoint(SCORED) or {"number", "of"} <= self.words

    @cached_property
    def finds(self) -> bool:
        """Whether a verb tells of trials and their outcome: `ran`, `failed`, but not `is left`."""
        return any(
            token.low in FINDINGS and not (index and self.tokens[index - 1].low in {"is", "are", "be", "being"})
            for index, token in enumerate(self.tokens)
        )

    def _finite(self, index: int) -> bool:
        return not (index and self.tokens[index - 1].low in NO_PAST_AFTER)

    @cached_property
    def reports(self) -> bool:
        """Whether a verb stands in the past: `ran`, `was shown`, `collected`, but not `is based`, `a fixed` or `Unused`."""
        return self.finds or any(
            (token.low in PAST or PARTICIPLE.fullmatch(token.text)) and self._finite(index)
            for index, token in enumerate(self.tokens)
        )

    @cached_property
    def orders(self) -> bool:
        """`Train it for 5 epochs`, `Set the limit`: the first word is a bare verb, since a determiner follows it."""
        first, second = ([token for token in self.tokens if token.kind != "symbol"] + [NOTHING, NOTHING])[:2]
        bare = first.low not in FUNCTION_WORDS | LIMITING and not first.low.endswith(("s", "ed", "ing", "ly", "one"))
        if self.kind != "prose" or first.kind != "word" or first.low in NUMBER_WORDS or self.words & FINITE:
            return False
        return bare and second.low in AFTER_ORDER

    @cached_property
    def whole_of(self) -> int:
        """Where `Of the ten runs` stands, as the index of its number, or -1."""
        for index, token in enumerate(self.tokens):
            if token.low == "of" and (index == 0 or self.tokens[index - 1].low in any_of(", | ( - — : ;")):
                after = [
                    number for number in range(index + 1, min(index + 4, len(self.tokens))) if is_number(self.tokens[number])
                ]
                if after:
                    return after[0]
        return -1

    @cached_property
    def mentioned(self) -> frozenset[int]:
        """Indices of tokens in short quotation marks that a word such as *write* or *titled* introduces."""
        inside: set[int] = set()
        opening, introduced = -1, False
        for index, token in enumerate(self.tokens):
            if token.low == "“" or (token.low == '"' and opening < 0):
                opening = index
                near = [earlier.low for earlier in self.tokens[max(index - 4, 0) : index]]
                introduced = bool(set(near) & MENTION_VERBS) or (introduced and bool(near) and near[-1] in MENTION_LINKS)
            elif token.low in {"”", '"'} and opening >= 0:
                if introduced and token.start - self.tokens[opening].start <= 50:
                    inside.update(range(opening + 1, index))
                opening = -1
        return frozenset(inside)


PARTICIPLE = re.compile(r"[a-z]{3,}[^e]ed")
NOTHING = Token("symbol", "", 0, 0, 0)
HEADING = re.compile(r"[ \t>]*#{1,6}(?=\s)")
ITEM = re.compile(r"[ \t>]*[-*+][ \t]")
TYPED = re.compile(r"\|\s*(?:integer|int|string|str|bool|boolean|float|number)\s*\|")
RULER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")


def sentences(prose: str) -> Iterator[Sentence]:
    lines = prose.split("\n")
    start, first, header = 0, -1, []
    for index, line in enumerate([*lines, ""]):
        in_table = line.count("|") >= 2 or line.lstrip(" \t>").startswith("|")
        starts_block = in_table or not line.strip(" \t>") or HEADING.match(line) or ITEM.match(line)
        if first >= 0 and starts_block:
            yield from _split(prose[first:start], first)
            first = -1
        if in_table and not RULER.match(line):
            if index + 1 < len(lines) and "-" in lines[index + 1] and RULER.match(lines[index + 1]):
                header = [cell.strip() for cell in line.split("|")]
            yield from _row(line, start, header)
        elif not in_table:
            header = [] if not line.strip() else header
            if HEADING.match(line):
                yield from _split(line, start, "heading")
            elif line.strip() and first < 0:
                first = start
        start += len(line) + 1


def _row(line: str, start: int, header: list[str]) -> Iterator[Sentence]:
    offset, label = start, "key|" if TYPED.search(line) else ""
    lead = 1 if line.lstrip(" \t>").startswith("|") else 0
    for column, cell in enumerate(line.split("|")):
        heading = header[column] if column < len(header) and header[column] != cell.strip() else ""
        tokens = list(_tokens(cell, offset))
        if tokens:
            yield Sentence(tokens, cell, "cell", f"{label}|{heading}".lower(), column - lead)
        label = label or cell.strip()
        offset += len(cell) + 1


def _split(text: str, offset: int, kind: str = "prose") -> Iterator[Sentence]:
    tokens = list(_tokens(text, offset))
    sentences, first = [], 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or _ends(tokens, index - 1):
            inside = tokens[first:index]
            sentences.append(Sentence(inside, text[inside[0].start - offset : inside[-1].stop - offset], kind))
            first = index
    _stipulate(sentences)
    yield from sentences


def _ends(tokens: list[Token], index: int) -> bool:
    token, following = tokens[index], tokens[index + 1]
    if token.low not in {".", "?", "!"} or following.start == token.stop:
        return False
    if index and token.low == "." and tokens[index - 1].low in ABBREVIATIONS:
        return False
    return following.text[:1].isupper() or following.kind in {"number", "symbol"}


def _stipulate(sentences: list[Sentence]) -> None:
    """What a made-up example says is made up to the end of its paragraph, or from its beginning to its question."""
    open_example = False
    for index, sentence in enumerate(sentences):
        if sentence.says(EMPIRICAL):
            open_example = False
            continue
        open_example = open_example or bool(sentence.says(EXAMPLE))
        sentence.stipulated = open_example or bool(sentence.says(MADE_UP))
        if sentence.low.rstrip('*_”")').endswith("?") and cue(ASKING).search(cue(QUOTED).sub("", sentence.low)):
            _stipulate_word_problem(sentences, index)


def _stipulate_word_problem(sentences: list[Sentence], last: int) -> None:
    """From a question such as `how many rolls did it sell?` back to where its story begins."""
    if any(sentence.says(EMPIRICAL) for sentence in sentences[max(last - 8, 0) : last + 1]):
        return
    if cue(STORY).match(sentences[0].text) and last <= 8:
        first = 0
    else:
        first = last + 1
        while first > 0 and cue(ON_WITH_EXAMPLE).match(sentences[first - 1].low) and last - first < 8:
            first -= 1
    for sentence in sentences[first : last + 1]:
        sentence.stipulated = True


# -- one number in its place -------------------------------------------------------------------------------------------

LOOK = 12
"""How many tokens a rule sees to either side."""
SKIPPED = any_of("* ** _ ~ ≈ + ≤ ≥ ±")


@dataclass
class Spot:
    """A number with looks to both sides; an edge of the sentence looks like an empty word."""

    sentence: Sentence
    index: int

    @property
    def token(self) -> Token:
        return self.sentence.tokens[self.index]

    def look(self, step: int, count: int) -> list[Token]:
        found: list[Token] = []
        index = self.index + step
        while 0 <= index < len(self.sentence.tokens) and len(found) < count and abs(index - self.index) < LOOK:
            if self.sentence.tokens[index].low not in SKIPPED:
                found.append(self.sentence.tokens[index])
            index += step
        return found

    def near(self, token: Token) -> Spot:
        """The spot of a token that `before` or `after` gave."""
        first = max(self.index - LOOK, 0)
        window = self.sentence.tokens[first : self.index + LOOK]
        return Spot(self.sentence, first + next(index for index, other in enumerate(window) if other is token))

    @cached_property
    def before(self) -> list[Token]:
        return self.look(-1, 6)

    @cached_property
    def after(self) -> list[Token]:
        return self.look(1, 6)

    def left(self, distance: int = 1) -> str:
        return self.before[distance - 1].low if len(self.before) >= distance else ""

    def right(self, distance: int = 1) -> str:
        return self.after[distance - 1].low if len(self.after) >= distance else ""

    @cached_property
    def previous(self) -> Token | None:
        """The token before, marks of emphasis and approximation included."""
        return self.sentence.tokens[self.index - 1] if self.index else None

    @cached_property
    def noun(self) -> str:
        """The plural noun that the number counts, within a few words: `31 new linter warnings`."""
        if self.token.hyphened:
            return ""
        for distance, token in enumerate(self.after[:4]):
            if token.shape == "area":
                continue
            if token.kind in {"symbol", "number"}:
                return ""
            if token.low in FUNCTION_WORDS and not (distance == 0 and token.low in {"more", "other", "such"}):
                return ""
            acronyms = token.text.endswith("s") and len(token.text) > 2 and token.text[:-1].isupper()
            if acronyms or (plural(token.low) and (token.text[:1].islower() or self.sentence.kind == "heading")):
                verb = distance == 0 and self.right(2) in {"a", "an", "the"} and self.right(3) not in UNIT_WORDS
                return "" if verb else token.low
        return ""

    @property
    def small(self) -> bool:
        return 0 <= self.token.value <= 20 and self.token.shape in {"integer", ""}

    @property
    def whole(self) -> bool:
        return self.token.shape == "integer" and self.token.bare


def plural(word: str) -> bool:
    if word in IRREGULAR_PLURALS:
        return True
    return (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "ous")) and word not in NOT_PLURAL
    )


def is_number(token: Token) -> bool:
    return token.kind == "number" or (token.kind == "word" and token.low in NUMBER_WORDS)
