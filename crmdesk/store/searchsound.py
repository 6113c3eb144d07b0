"""How Chinese sounds: pinyin readings for the search index.

A run of Chinese characters becomes three kinds of tokens, each once and in no order: its
syllables ("zhang", "wei"), pairs of neighbours ("zhangwei") by which several syllables are
found, and the initials of three neighbours ("bjh", and "hw" at the end) by which initials
are found from any character on. Characters with several readings give a token for each.

The readings come from the single-character table of the package pypinyin. Only its data
file is read, at the first Chinese character: importing the package would load its phrases
too, 0.3 s and some 20 MB.
"""

from __future__ import annotations

import importlib.util
import json
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise, product
from pathlib import Path

_NAME_LENGTH = 4  # runs up to this length are taken for a person's name: all readings
_SOUNDED = 24  # characters of a run that get a sound at all
# In longer runs these keep their first reading: the others are rare, or of surnames.
_SETTLED = frozenset(
    "有限司技术大合会石可能什么没不给解干和其件价洋南广红食家车房份万部信机圳宁波杭络鼎达鑫客已"
)

_SYLLABLES = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can
cang cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai
chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei den
deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang
fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang
gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo
ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken
keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lia lian
liang liao lie lin ling liu lo long lou lu luan lue lun luo lv ma mai man mang mao me mei men
meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian
niang niao nie nin ning niu nong nou nu nuan nue nun nuo nv o ou pa pai pan pang pao pei pen
peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu
quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao
se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang
shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao
tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang
xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu
yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng
zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES = frozenset(_SYLLABLES.split())
_BEGINNINGS = frozenset(s[:n] for s in SYLLABLES for n in range(1, len(s) + 1))
_LONGEST = max(map(len, SYLLABLES))


@cache
def _readings_file() -> dict[str, str]:
    """Code point in decimal -> readings with tone marks, commonest first."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0], "pinyin_dict.json")
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return table


@cache
def readings(character: str) -> tuple[str, ...]:
    """All readings of one character without tones; ü is given as v and as u."""
    found: dict[str, None] = {}
    for marked in _readings_file().get(str(ord(character)), "").split(","):
        plain = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
        plain = "".join(c for c in plain if "a" <= c <= "z")
        for reading in (plain.replace("ve", "ue"), plain.replace("v", "u")):
            if reading in SYLLABLES:
                found[reading] = None
    return tuple(found)


@lru_cache(maxsize=8192)
def sound_tokens(run: str) -> tuple[str, ...]:
    """The index tokens for a run of Chinese characters; none where it has no sound."""
    heard = run_readings(run)
    found: dict[str, None] = {}
    for syllables in heard:
        found.update(dict.fromkeys(syllables))
    for pair in pairwise(heard):
        found.update(dict.fromkeys(map("".join, product(*pair))))
    initials = [tuple(dict.fromkeys(one[0] for one in syllables)) for syllables in heard]
    for at in range(len(initials) - 1):
        found.update(dict.fromkeys(map("".join, product(*initials[at : at + 3]))))
    return tuple(found)


def run_readings(run: str) -> list[tuple[str, ...]]:
    """The readings that are followed for each character of a run, commonest first."""
    run = run[:_SOUNDED]
    named = len(run) <= _NAME_LENGTH
    return [readings(c)[: 3 if named else 1 if c in _SETTLED else 2] for c in run]


def initials_groups(letters: str) -> list[str]:
    """The tokens that typed initials need, the last of two letters as a beginning."""
    return [letters[i : i + 3] for i in range(max(1, len(letters) - 2))]


@lru_cache(maxsize=256)
def spellings(typed: str) -> tuple[tuple[str, ...], ...]:
    """Ways to read letters as two or more syllables, the last perhaps unfinished.

    >>> spellings("zhangw")
    (('zhang', 'w'),)
    """
    found: list[tuple[str, ...]] = []

    def read(at: int, before: tuple[str, ...]) -> None:
        if len(found) >= 6 or len(before) > 12:
            return
        rest = typed[at:]
        if before and rest in _BEGINNINGS:
            found.append((*before, rest))
        for length in range(min(_LONGEST, len(rest) - 1), 0, -1):
            if rest[:length] in SYLLABLES:
                read(at + length, (*before, rest[:length]))

    read(0, ())
    return tuple(found)


@cache
def finished(beginning: str) -> tuple[str, ...]:
    """The syllables that begin like this."""
    return tuple(sorted(s for s in SYLLABLES if s.startswith(beginning)))
