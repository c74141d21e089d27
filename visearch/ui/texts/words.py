"""Words that catalogues, detectors and the colour namer use, in Chinese: common shop language, not one shop's."""

from __future__ import annotations

ZH: dict[str, str] = {
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
}  # fmt: skip
"""Lower-case English to simplified Chinese. "Glass" is the material; the thing is told by its picture."""
