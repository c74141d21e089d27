"""What went wrong, in the page's language: the sentences of errors that visitors meet, by the error's key.

English is what the error says itself (visearch.errors); an error without a key is told in English after a general
sentence.
"""

from __future__ import annotations

from visearch.errors import VisearchError

_KINDS = "请使用 JPEG、PNG、WebP、GIF、BMP、TIFF、AVIF 或 HEIC。"
_SMALLER = "请缩小后重试。"
_OTHER_ADDRESS = "请在浏览器中打开它，复制图片本身的地址。"

ZH: dict[str, tuple[str, str]] = {
    # pictures
    "empty": ("文件是空的。", _KINDS),
    "too_heavy": ("图片超过 {most} MB。", _SMALLER),
    "too_large": ("图片太大，上限为 {most} 百万像素。", _SMALLER),
    "too_small": ("图片只有 {width} × {height} 像素。", "至少需要 {least} × {least}。"),
    "too_thin": ("图片过于狭长（{width} × {height}）。", "请裁剪后重试。"),
    "many_parts": ("图片的组成部分太多，无法解码。", "请重新保存后再试。"),
    "damaged": ("图片已损坏，无法解码。", _KINDS),
    "no_picture": ("这个文件不是可以读取的图片。", _KINDS),
    "other_kind": ("这个文件不是图片，而是 {kind}。", _KINDS),
    "empty_box": ("选中的区域太小。", "请画得大一些。"),
    "forgotten": ("照片已不在服务器上：照片最多保留十分钟。", "请重新选择。"),
    "not_arrived": ("照片没有传到。", "请重试。"),
    # addresses
    "no_web": ("这不是网页地址。", "请使用以 https:// 开头的地址。"),
    "odd_address": ("地址中含有密码或不寻常的端口。", "请使用普通的图片地址。"),
    "private_network": ("这个地址在内部网络中。", "请使用公开的地址。"),
    "answered": ("图片地址返回了 {status}。", _OTHER_ADDRESS),
    "holds_other": ("这个地址不是图片。", _OTHER_ADDRESS),
    "unreachable": ("无法取得这张图片。", "请检查地址，或直接上传照片。"),
    # questions
    "too_long": ("文字有 {size} 个字符。", "最多 {most} 个。"),
    "nothing_asked": ("没有可以搜索的内容。", "请给出照片、文字，或两者。"),
    "no_product": ("目录中没有这个商品。", "它可能已被移除。"),
    # a vector server
    "server_silent": ("向量数据库没有响应。", "请稍后重试。"),
    "server_refuses": ("向量数据库拒绝了请求。", "原因在日志中。"),
    "server_slow": ("向量数据库响应太慢。", "请稍后重试。"),
    "server_vanished": ("目录刚刚更新。", "请再试一次。"),
    # the door
    "too_many": ("操作太快了。", "请等几秒再试。"),
    "busy": ("现在搜索的人很多。", "请稍等几秒再试。"),
    "wrong_password": ("用户名和密码不匹配。", "请重试。"),
}


def sentence(error: VisearchError, language: str, refused: str = "") -> tuple[str, str]:
    """What was wrong and what to do. `refused` comes first where only the English sentence is there."""
    if language == "en":
        return error.message, error.hint
    if error.key in ZH:
        message, hint = ZH[error.key]
        return message.format(**error.values), hint.format(**error.values)
    return (refused, error.message) if refused else (error.message, error.hint)
