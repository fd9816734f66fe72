"""The words that stand beside numbers, by what they make of them: the lists that the rules in `numbers` look things up in."""

from __future__ import annotations

import re
from functools import cache


@cache
def any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


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
        "calorie calories joule joules gigabit megabit",
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
SAMPLING = any_of("temperature temperatures top-p top-k seed dropout momentum")
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
COMPARING = any_of("than of from to against versus vs by before not (")
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
SPELLING = re.compile(
    r"\b(?:use numerals|get an? (?:comma|hyphen|space)|(?:write|use|say|put|prefer) \S{0,12}\d\S{0,12},? (?:not|rather than|instead of)|use (?:an? )?(?:comma|hyphen|space|figure|digit)s?|(?:give|write|show|set) (?:\w+ ){1,3}as \d|numerals (?:for|when|in|with)|words for numbers|spell(?:ed|s|ing)? out|spelled|written out|write out)\b"
)
SPELLING_VERB = re.compile(
    r"\b(?:spell(?:ed|s|ing)?|writ(?:e|ing|ten)|typeset|hyphenate|punctuate|printed|format(?:ted)?|style)\b"
)
SPELLING_MATTER = re.compile(
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
MADE_UP = re.compile(
    r"\b(?:supposing|assum(?:e|ing)|imagining|pretend|hypothetical\w*|let us say|let's say|for the sake of|made[- ]up(?! of)"
    r"|toy (?:example|one|case|numbers?|data)|invented (?:numbers?|figures?|data|example)|thought experiment|suppose|imagine)\b"
)
EXAMPLE = re.compile(
    r"^\W*+(?:[\w ]{1,20}[:.] )?(?:(?:exercise|problem|puzzle|homework) \d+[.:)]|what is \d|(?:compute|calculate) (?:the|how|\d)"
    r"|(?:toss|roll|flip) (?:an?|the|two|three|\d+) (?:\w+ )?(?:coins?|dice|die)\b|(?=[^?]*\?)(?:(?:what|how|why)\b.*?\bif|if)\b"
    r"|(?:suppose|imagine|assume|pretend|picture an?|consider an?|think of an?|take (?:an?|\d+)|say (?:that|an?|you|we|the)|given an?)\b"
    r"|let\b.{1,60}\b(?:be|denote)\b|here is a toy\b|if (?:you|we|i|one|someone) (?:toss|roll|flip|draw|pick|throw)\b"
    rf"|(?:(?:an?|one) (?:\w+ )?(?:{ACTORS})|(?:{FIRST_NAMES})) (?:has|had|buys|bought|sells|sold|bakes|baked|leaves|left|plants|planted|earns|pays|paid|holds|contains|picks"
    r"|picked|costs|drives|walks|rolls|fills|travels|is|are|makes|made|charges|needs|reads|saves)\b)"
)
ASKING = re.compile(
    r"\b(?:how (?:many|much|long|likely|far|old|fast)|what (?:fraction|share|percentage|proportion)"
    r"|what (?:is|are) (?:the|its|his|her|their) (?:\w+ )?(?:probability|chance|chances|odds|mean|average|sum|total|price|cost|efficiency))\b"
)
STORY = re.compile(
    r"\W*+(?:An? [a-z]|One [a-z]|There (?:are|is|were)\b|You (?:have|are|draw|buy|run)\b|[A-Z][a-z]+(?:'s)? (?:has|had|buys|bought|sells|sold|earns|earned|makes|made"
    r"|wants|needs|bakes|baked|picks|picked|gives|gave|pays|paid|walks|walked|ran|eats|ate|collects|saves|saved|works|plants|planted|spent|spends)\b)"
)
ON_WITH_EXAMPLE = re.compile(
    r"^\W*+(?:an?|he|she|it|they|each|every|one|then|later|his|her|their|if|there (?:are|is)|half|[a-z]+ (?:has|had|buys|sells|gives|gave|eats|ate))\b"
)
QUOTED = re.compile(r"“[^”]*+”|\"[^\"]*+\"")
EMPIRICAL = re.compile(
    r"\b(?:our|study|studies|paper|papers|authors?|et al|survey|measured|observed|reported|benchmarks?|in practice|in fact|actually|in reality"
    r"|we (?:found|ran|saw|measured|got|tested|tried|counted))\b"
)
VERSIONING = re.compile(
    r"\b(?:releases?d?|deprecat\w+|removed in|upgrad\w+|downgrad\w+|support(?:s|ed)?(?: for)?|compatib\w+|backport\w*|is out|end of life|eol"
    r"|requires?|added in|introduced in|dropped in|changed in|fixed in|wheels?|changelog|bugfix|patch|bump(?:ed|s)?|migrat\w+|pinned?|branch|install\w*"
    r"|beta|alpha|rc|lts|work on)\b"
)
SCALING = re.compile(
    r"\b(?:scales?|rang(?:e|es|ing)|lies?|rat(?:ed?|ings?)|likert|votes?|graded?|runs?|goes?|var(?:y|ies)|bounded|values?|normali[sz]ed|probabilit\w+|clipped|interval|marked|anchored)\b"
)
JOKING = re.compile(
    r"\b(?:joke|joking|saying|proverb|clich\w+|as they say|so they say|slogan|rule of thumb|proverbial|idiom|stock phrase)\b"
)
TIMED = re.compile(r"\b(?:latenc(?:y|ies)|delays?|response|times?)\b|\d[ \u00a0]?(?:ms|s|µs)\b")
TELEPHONE = re.compile(r"\b(?:phone|telephone|tel|fax|hotline|helpline|dial)\b|\bcall (?:us |me )?(?:on |at )?[+(]?\d")
STATISTIC_NAMES = any_of(
    "confidence credible prediction ci cis hdi significance interval intervals uncertainty compatibility bands band level"
)
SURE = any_of("sure certain certainly positive committed serious honest")
AMBIGUOUS_SPACED = any_of("in a d t us pt l L ft or m K h J s")
ABBREVIATIONS = any_of(
    "fig figs eq eqs pp p al e.g i.e vs ca approx no nos sec art dr mr mrs prof cf ch vol ed etc resp dept est tab ref refs st"
)
NO_NAMES = FUNCTION_WORDS | METRICS | MONTHS | SCORE_VERBS | {word for word in STATISTICS | STATISTIC_NAMES if len(word) > 1}
CELL_KEYS = re.compile(
    r"^[\W_]*(?:batch size|learning rate|temperature|seed|year|date|versions?|weight decay|dropout|momentum|top[- ]?[kp]|beam|stride|epoch|rank|"
    r"layers?|heads|hidden size|dimensions?|depth|chapter|section|page|port|level|week)\b|^#$"
    r"|\|[\W_]*(?:batch size|learning rate|temperature|seed|year|date|versions?|released?|chapter|section|page|step|epoch|id|port|issue|no|nr|rank|week|day|"
    r"exercise|row|question|lab|option|code|status|layer|level|k)\b[\W_]*$|\|#"
)
FOLD_WORD = re.compile(r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand)[-‑]?fold")
