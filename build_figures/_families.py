"""The words of the atlas: twelve families of thirty, each a kind of thing that a dictionary has much to say about."""

from gensim.test.utils import datapath

FAMILIES = {
    "animals": "dog cat horse cow sheep goat pig wolf fox bear lion tiger elephant monkey rabbit deer mouse rat camel donkey "
    "squirrel whale seal otter beaver badger leopard hyena antelope weasel",
    "birds": "eagle hawk falcon owl crow raven sparrow swallow robin thrush finch lark pigeon dove parrot duck goose swan hen "
    "turkey pheasant partridge quail heron stork crane gull pelican ostrich woodpecker",
    "trees": "oak elm ash beech birch willow poplar maple pine fir spruce cedar cypress larch yew holly chestnut walnut hazel "
    "alder hickory sycamore palm mahogany ebony laurel magnolia juniper hemlock acacia",
    "food": "bread butter cheese milk cream egg meat beef pork bacon soup stew sauce cake pie pudding biscuit sugar honey rice "
    "flour pasta salad sausage jam chocolate potato cabbage onion carrot",
    "body": "head neck shoulder arm elbow wrist hand finger thumb chest breast belly hip leg knee ankle foot toe heel skin bone "
    "skull rib muscle heart lung liver kidney stomach brain",
    "clothing": "coat jacket shirt trousers skirt dress gown robe cloak hat cap bonnet hood scarf glove stocking sock shoe boot "
    "slipper apron vest belt collar sleeve veil shawl tunic garment petticoat",
    "colours": "red blue green yellow white black brown grey purple pink orange scarlet crimson violet indigo azure vermilion "
    "maroon buff olive amber ivory lilac tawny russet lavender turquoise magenta khaki beige",
    "feelings": "joy sorrow grief anger fear love hate hope despair pity shame pride envy jealousy delight sadness happiness rage "
    "terror anxiety remorse gratitude affection disgust contempt hatred melancholy dread resentment enthusiasm",
    "people": "man woman boy girl king queen prince princess father mother son daughter brother sister husband wife uncle aunt "
    "nephew niece grandfather grandmother cousin lord lady duke duchess baron emperor human",
    "music": "violin viola cello flute oboe clarinet trumpet trombone horn drum harp guitar lute piano organ bell cymbal bagpipe "
    "fiddle melody harmony rhythm chord song hymn opera symphony sonata choir orchestra",
    "trades": "carpenter mason smith baker butcher tailor weaver miller farmer gardener sailor soldier doctor nurse surgeon "
    "teacher lawyer judge priest merchant banker clerk painter sculptor poet actor musician engineer printer barber",
    "weather": "rain snow hail sleet frost ice fog mist cloud wind breeze gale storm tempest thunder lightning hurricane tornado "
    "cyclone whirlwind drought flood shower drizzle dew thaw blizzard sunshine rainbow squall",
}  # fmt: skip
"""Family to its words; a word belongs to one family."""


def _benchmarks():
    """The words that the two benchmarks in gensim's wheel ask about."""
    with open(datapath("simlex999.txt"), encoding="utf-8") as stream:
        yield from (word for line in stream if not line.startswith("#") for word in line.split("\t")[:2])
    with open(datapath("questions-words.txt"), encoding="utf-8") as stream:
        yield from (word for line in stream if not line.startswith(":") for word in line.lower().split())


def shown():
    """Words whose vectors are committed: those of the families, and those that the benchmarks ask about."""
    return {*(word for words in FAMILIES.values() for word in words.split()), *_benchmarks()}
