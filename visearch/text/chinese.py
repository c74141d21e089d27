"""Words that catalogues, detectors and the colour namer use, in Chinese: common shop language, not one shop's."""

from __future__ import annotations

from collections.abc import Mapping

from visearch.text.stem import stem

CHINESE: Mapping[str, str] = {
    # colours
    "beige": "米色", "black": "黑色", "blue": "蓝色", "brown": "棕色", "clear": "透明", "gold": "金色",
    "gray": "灰色", "green": "绿色", "grey": "灰色", "orange": "橙色", "pink": "粉色", "purple": "紫色",
    "red": "红色", "silver": "银色", "turquoise": "青绿色", "white": "白色", "yellow": "黄色", "navy": "藏青色",
    "multicolor": "多色",
    # materials
    "acetate": "醋酸纤维", "brass": "黄铜", "canvas": "帆布", "cardboard": "纸板", "ceramic": "陶瓷",
    "concrete": "混凝土", "copper": "铜", "cotton": "棉", "enamel": "搪瓷", "fabric": "布艺", "glass": "玻璃",
    "leather": "皮革", "linen": "亚麻", "living plant": "绿植", "marble": "大理石", "mesh": "网布",
    "metal": "金属", "nylon": "尼龙", "paper": "纸", "patent leather": "漆皮", "plastic": "塑料", "plush": "毛绒",
    "porcelain": "瓷", "stainless steel": "不锈钢", "stoneware": "粗陶", "suede": "麂皮", "terracotta": "赤陶",
    "wood": "木", "wool": "羊毛", "steel": "钢", "silk": "丝绸",
    # patterns
    "checked": "格纹", "dotted": "圆点", "geometric": "几何", "gradient": "渐变", "graphic": "印花",
    "plain": "纯色", "ribbed": "罗纹", "speckled": "斑点", "striped": "条纹", "textured": "肌理",
    "tortoiseshell": "玳瑁", "two-tone": "双色", "veined": "石纹", "zigzag": "锯齿", "floral": "花卉",
    # shelves
    "accessories": "配饰", "beauty": "美妆", "books": "图书", "clothing": "服装", "electronics": "电子产品",
    "furniture": "家具", "grocery": "食品", "home decor": "家居装饰", "kitchen & dining": "厨房与餐饮",
    "lighting": "灯具", "shoes": "鞋", "toys": "玩具", "cameras": "相机", "candles": "蜡烛", "chairs": "椅子",
    "coffee tables": "茶几", "cushions": "靠垫", "glassware": "玻璃杯", "handbags": "手提包",
    "headphones": "耳机", "house plants": "室内植物", "mugs": "马克杯", "packaged food": "包装食品",
    "perfume": "香水", "sneakers": "运动鞋", "sofas": "沙发", "soft toys": "毛绒玩具", "sunglasses": "太阳镜",
    "t-shirts": "T恤", "table lamps": "台灯", "vases": "花瓶", "watches": "手表", "water bottles": "水瓶",
    # things in photos
    "bicycle": "自行车", "bench": "长凳", "backpack": "背包", "umbrella": "雨伞", "handbag": "手提包",
    "tie": "领带", "suitcase": "行李箱", "skis": "滑雪板", "snowboard": "单板", "ball": "球",
    "skateboard": "滑板", "surfboard": "冲浪板", "racket": "球拍", "bottle": "瓶子", "cup": "杯子",
    "fork": "叉子", "knife": "刀", "spoon": "勺子", "bowl": "碗", "banana": "香蕉", "apple": "苹果",
    "broccoli": "西兰花", "carrot": "胡萝卜", "pizza": "披萨", "donut": "甜甜圈", "cake": "蛋糕", "chair": "椅子",
    "sofa": "沙发", "plant": "植物", "bed": "床", "table": "桌子", "screen": "屏幕", "laptop": "笔记本电脑",
    "mouse": "鼠标", "remote": "遥控器", "keyboard": "键盘", "phone": "手机", "microwave": "微波炉",
    "oven": "烤箱", "toaster": "烤面包机", "sink": "水槽", "refrigerator": "冰箱", "book": "书", "clock": "时钟",
    "vase": "花瓶", "scissors": "剪刀", "teddy bear": "泰迪熊", "hair dryer": "吹风机", "toothbrush": "牙刷",
    "product": "商品", "shirt": "衬衫", "shoe": "鞋", "dress": "连衣裙", "lamp": "灯", "watch": "手表",
    # more colours, materials and patterns
    "rose gold": "玫瑰金", "bronze": "古铜色", "cream": "奶油色", "ivory": "象牙白", "khaki": "卡其色", "tan": "浅棕色",
    "burgundy": "酒红色", "maroon": "栗色", "olive": "橄榄绿", "teal": "深青色", "mint": "薄荷绿", "lilac": "丁香紫",
    "lavender": "薰衣草紫", "violet": "紫罗兰色", "coral": "珊瑚色", "peach": "桃色", "mustard": "芥末黄",
    "charcoal": "炭灰色", "navy blue": "藏青色", "dark blue": "深蓝色", "light blue": "浅蓝色", "sky blue": "天蓝色",
    "off-white": "米白色", "dark grey": "深灰色", "light grey": "浅灰色", "transparent": "透明",
    "acrylic": "亚克力", "aluminium": "铝", "bamboo": "竹", "cashmere": "羊绒", "chrome": "镀铬", "clay": "陶土",
    "cork": "软木", "crystal": "水晶", "denim": "牛仔布", "down": "羽绒", "felt": "毛毡", "fur": "皮草", "iron": "铁",
    "jute": "黄麻", "knit": "针织", "lace": "蕾丝", "oak": "橡木", "pine": "松木", "polyester": "涤纶", "rattan": "藤",
    "resin": "树脂", "rubber": "橡胶", "satin": "缎面", "silicone": "硅胶", "stone": "石", "velvet": "天鹅绒",
    "walnut": "胡桃木", "wax": "蜡", "wicker": "藤编",
    "camouflage": "迷彩", "embroidered": "刺绣", "houndstooth": "千鸟格", "leopard": "豹纹", "paisley": "佩斯利",
    "plaid": "格子", "polka dot": "波点", "printed": "印花", "solid": "纯色", "marbled": "大理石纹",
    # clothes
    "apparel": "服饰", "footwear": "鞋履", "bags": "包", "belts": "皮带", "blouses": "女式衬衫", "boots": "靴子",
    "bras": "文胸", "caps": "棒球帽", "coats": "大衣", "dresses": "连衣裙", "gloves": "手套", "hats": "帽子",
    "heels": "高跟鞋", "hoodies": "连帽衫", "jackets": "夹克", "jeans": "牛仔裤", "jewellery": "首饰",
    "leggings": "打底裤", "necklaces": "项链", "bracelets": "手链", "earrings": "耳环", "rings": "戒指",
    "pajamas": "睡衣", "pants": "裤子", "purses": "钱包", "wallets": "钱包", "raincoats": "雨衣", "sandals": "凉鞋",
    "scarves": "围巾", "shirts": "衬衫", "shorts": "短裤", "skirts": "半身裙", "slippers": "拖鞋", "socks": "袜子",
    "suits": "西装", "sweaters": "毛衣", "sweatshirts": "卫衣", "swimwear": "泳装", "tops": "上衣",
    "underwear": "内衣", "vests": "背心", "backpacks": "背包", "suitcases": "行李箱", "flats": "平底鞋",
    "sports shoes": "运动鞋", "running shoes": "跑鞋", "leather shoes": "皮鞋", "down jackets": "羽绒服",
    "tote bags": "托特包", "shoulder bags": "单肩包", "glasses": "眼镜", "hair clips": "发夹",
    # home
    "bathroom": "浴室", "bedding": "床上用品", "beds": "床", "blankets": "毯子", "bookcases": "书柜",
    "bookshelves": "书架", "bowls": "碗", "boxes": "盒子", "cabinets": "柜子", "carpets": "地毯", "rugs": "地毯",
    "ceiling lamps": "吸顶灯", "chandeliers": "吊灯", "clocks": "时钟", "cookware": "锅具", "cups": "杯子",
    "curtains": "窗帘", "cutlery": "餐具", "desks": "书桌", "dining tables": "餐桌", "drawers": "抽屉柜",
    "floor lamps": "落地灯", "garden": "园艺", "home": "家居", "kettles": "水壶", "kitchen": "厨房", "knives": "刀具",
    "lamps": "灯", "mattresses": "床垫", "mirrors": "镜子", "pans": "平底锅", "pictures": "装饰画", "pillows": "枕头",
    "plant pots": "花盆", "plants": "植物", "plates": "盘子", "pots": "锅", "shelves": "置物架", "spoons": "勺子",
    "storage": "收纳", "stools": "凳子", "tables": "桌子", "tablecloths": "桌布", "teapots": "茶壶",
    "thermos flasks": "保温杯", "towels": "毛巾", "trays": "托盘", "umbrellas": "雨伞", "wardrobes": "衣柜",
    "armchairs": "扶手椅", "benches": "长凳", "wine glasses": "酒杯", "photo frames": "相框", "chopping boards": "砧板",
    # devices
    "air conditioners": "空调", "cables": "数据线", "chargers": "充电器", "computers": "电脑", "drones": "无人机",
    "earphones": "耳机", "game consoles": "游戏机", "hair dryers": "吹风机", "keyboards": "键盘",
    "laptops": "笔记本电脑",
    "microphones": "麦克风", "mice": "鼠标", "mobile phones": "手机", "phones": "手机", "monitors": "显示器",
    "phone cases": "手机壳", "power banks": "充电宝", "printers": "打印机", "projectors": "投影仪",
    "refrigerators": "冰箱", "rice cookers": "电饭煲", "routers": "路由器", "screen protectors": "保护膜",
    "smart watches": "智能手表", "speakers": "音箱", "tablets": "平板电脑", "televisions": "电视机",
    "tripods": "三脚架", "vacuum cleaners": "吸尘器", "washing machines": "洗衣机", "appliances": "家电",
    # beauty, food, leisure
    "creams": "面霜", "eyeshadow": "眼影", "foundation": "粉底", "lipsticks": "口红", "lotions": "乳液",
    "makeup": "化妆品", "mascara": "睫毛膏", "nail polish": "指甲油", "shampoo": "洗发水", "skin care": "护肤",
    "soap": "肥皂", "sunscreen": "防晒霜", "toothpaste": "牙膏", "face masks": "面膜", "toner": "化妆水",
    "bread": "面包", "cheese": "奶酪", "chocolate": "巧克力", "coffee": "咖啡", "drinks": "饮料", "eggs": "鸡蛋",
    "fish": "鱼", "fruit": "水果", "honey": "蜂蜜", "juice": "果汁", "meat": "肉", "milk": "牛奶", "noodles": "面条",
    "nuts": "坚果", "rice": "大米", "snacks": "零食", "tea": "茶叶", "tomatoes": "番茄", "potatoes": "土豆",
    "vegetables": "蔬菜", "wine": "葡萄酒", "yoghurt": "酸奶", "oranges": "橙子", "pears": "梨", "lemons": "柠檬",
    "bicycles": "自行车", "balls": "球", "camping": "露营", "dolls": "玩偶", "football": "足球", "basketball": "篮球",
    "games": "游戏", "guitars": "吉他", "helmets": "头盔", "music": "音乐", "notebooks": "笔记本", "pens": "笔",
    "pet supplies": "宠物用品", "puzzles": "拼图", "sports": "运动", "sports & outdoor": "运动户外",
    "stationery": "文具", "tents": "帐篷", "yoga mats": "瑜伽垫", "building blocks": "积木", "gift cards": "礼品卡",
}  # fmt: skip
"""Lower-case English to simplified Chinese. "Glass" is the material; the thing is told by its picture."""

VARIANTS: Mapping[str, tuple[str, ...]] = {
    # colours
    "beige": ("米白", "杏色", "米黄"), "black": ("黑",), "blue": ("蓝",),
    "brown": ("褐色", "咖啡色", "啡色", "棕", "褐"),
    "clear": ("透明色", "无色"), "gold": ("金", "香槟金"), "grey": ("灰", "银灰"), "green": ("绿",),
    "orange": ("橘色", "橙", "桔色"), "pink": ("粉红", "粉红色", "粉", "玫红"), "purple": ("紫", "丁香紫"),
    "red": ("红", "大红", "正红"), "silver": ("银",), "white": ("白", "象牙白", "奶白"), "yellow": ("黄",),
    "navy": ("深蓝", "深蓝色", "藏蓝", "藏蓝色", "藏青"), "multicolor": ("彩色", "花色", "五彩"),
    # materials
    "leather": ("皮", "真皮", "皮质", "牛皮", "羊皮", "皮制"), "wood": ("木质", "木制", "木头", "实木", "原木"),
    "cotton": ("纯棉", "全棉", "棉质"), "wool": ("毛料", "纯羊毛"), "silk": ("真丝", "丝质"),
    "metal": ("金属制", "铁艺"), "plastic": ("塑胶", "塑料制"), "ceramic": ("瓷质", "陶瓷制", "陶"),
    "porcelain": ("瓷器",), "fabric": ("布", "布料", "布面"), "linen": ("麻", "麻布", "棉麻"), "paper": ("纸质",),
    "cardboard": ("硬纸板", "纸盒"), "bamboo": ("竹子", "竹制"), "denim": ("牛仔",), "velvet": ("丝绒",),
    "plush": ("绒毛", "长毛绒"), "stainless steel": ("不锈钢制",), "glass": ("玻璃制", "玻璃质"), "suede": ("绒面革",),
    "stoneware": ("炻器", "粗陶制"), "canvas": ("帆布面",),
    # patterns
    "striped": ("条纹的", "横条", "竖条"), "checked": ("格子", "方格"), "dotted": ("波点", "圆点的"),
    "plain": ("素色", "单色"), "floral": ("碎花", "花朵", "印花"), "graphic": ("图案",), "two-tone": ("拼色", "撞色"),
    # things
    "mugs": ("杯子", "水杯", "咖啡杯"), "cups": ("水杯",), "sofas": ("长沙发",), "cushions": ("抱枕", "坐垫"),
    "water bottles": ("水杯", "水壶", "运动水壶"), "t-shirts": ("短袖", "T恤衫"),
    "handbags": ("手袋", "女包", "包包", "包"),
    "sneakers": ("球鞋", "跑鞋", "板鞋", "鞋子"), "shoes": ("鞋子",), "sunglasses": ("墨镜",),
    "watches": ("腕表", "表"),
    "headphones": ("头戴耳机", "耳麦"), "cameras": ("照相机", "摄像机"), "books": ("书", "书籍"),
    "chairs": ("座椅", "餐椅"),
    "table lamps": ("灯", "床头灯"), "candles": ("香薰蜡烛", "香薰"), "vases": ("花器",), "perfume": ("香氛", "香水瓶"),
    "soft toys": ("玩偶", "公仔", "玩具", "毛绒公仔"), "toys": ("儿童玩具",), "house plants": ("盆栽", "绿植", "植物"),
    "packaged food": ("食物", "食品"), "grocery": ("食物", "杂货"), "glassware": ("玻璃器皿", "酒杯"),
    "coffee tables": ("咖啡桌", "边几"), "mobile phones": ("移动电话", "智能手机"), "laptops": ("笔记本", "手提电脑"),
    "televisions": ("电视",), "phone cases": ("保护套", "保护壳", "手机套"), "screen protectors": ("贴膜", "钢化膜"),
    "lipsticks": ("唇膏", "唇釉"), "creams": ("护肤霜", "乳霜"), "power banks": ("移动电源",), "chargers": ("充电头",),
    "dresses": ("裙子", "长裙"), "skirts": ("裙子", "短裙"), "coats": ("外套",), "jackets": ("外套", "夹克衫"),
    "pants": ("长裤",), "sweaters": ("毛线衣", "针织衫"), "backpacks": ("双肩包", "书包"), "wallets": ("皮夹",),
    "rugs": ("毯子", "地垫"), "shelves": ("架子", "层架"), "cabinets": ("橱柜", "储物柜"), "lighting": ("灯", "灯饰"),
    "beauty": ("化妆品", "美容"), "clothing": ("衣服", "服饰"), "furniture": ("家私",), "accessories": ("饰品",),
    "potatoes": ("马铃薯",), "tomatoes": ("西红柿",), "yoghurt": ("优格",), "noodles": ("面",),
}  # fmt: skip
"""Further ways to say a word of CHINESE."""


def chinese_of(label: str) -> str:
    """The Chinese name of an English word or label, in any case, singular or plural; empty when there is none."""
    folded = label.strip().casefold()
    return CHINESE.get(folded) or _BY_STEM.get(_stems(folded), "")


def english_of(word: str) -> tuple[str, ...]:
    """The English words that a Chinese one may stand for, the usual one first; empty when there is none."""
    return _ENGLISH.get(word.strip().casefold(), ())


def chinese_spellings(label: str) -> tuple[str, ...]:
    """Every Chinese word for an English label, the usual one first."""
    usual = chinese_of(label)
    return tuple(dict.fromkeys([*([usual] if usual else []), *_VARIANTS_BY_STEM.get(_stems(label.casefold()), ())]))


def _stems(label: str) -> str:
    return " ".join(stem(word) for word in label.replace("-", " ").split())


def _turned() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for english, chinese in CHINESE.items():
        found.setdefault(chinese.casefold(), []).append(english)
    for english, others in VARIANTS.items():
        for chinese in others:
            found.setdefault(chinese.casefold(), []).append(english)
    return {chinese: tuple(dict.fromkeys(english)) for chinese, english in found.items()}


_BY_STEM: dict[str, str] = {}
for _english, _chinese in CHINESE.items():
    _BY_STEM.setdefault(_stems(_english), _chinese)
_VARIANTS_BY_STEM = {_stems(english): others for english, others in VARIANTS.items()}
_ENGLISH = _turned()
