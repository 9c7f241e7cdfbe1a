"""Sign-in and password pages: plain HTML, no script, Chinese and English."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from remote.central.access.rights import Person

STYLE = """
:root{--ink:#1c2733;--soft:#4d5c69;--line:#9fb0bd;--main:#0b5d8a;--alarm:#b3261e}
*{box-sizing:border-box}body{margin:0;background:#f2f5f7;color:var(--ink);min-height:100vh;display:grid;place-items:center;
font:17px/1.55 "Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
main{background:#fff;border:1px solid #d9e0e6;border-radius:14px;padding:30px 34px;width:min(27em,94vw);margin:24px 0}
h1{font-size:23px;margin:0 0 2px}p{margin:6px 0 14px;color:var(--soft)}label{display:block;margin:14px 0 4px;font-weight:600}
input{font:inherit;width:100%;padding:10px 12px;border:1.5px solid var(--line);border-radius:8px}
input[name=code]{letter-spacing:.3em;width:9em}
button,a.other{font:inherit;display:block;width:100%;margin-top:22px;padding:11px;border:0;border-radius:8px;
background:var(--main);color:#fff;text-align:center;text-decoration:none;cursor:pointer}
a.other{background:#e3ebf1;color:var(--ink);margin-top:12px}
:focus{outline:3px solid #f0a500;outline-offset:1px}
.wrong{background:#fbe6e4;color:var(--alarm);padding:10px 14px;border-radius:8px}
.lang{float:right;color:var(--main)}table{width:100%;border-collapse:collapse;font-size:15px}
td,th{text-align:left;padding:4px 6px;border-top:1px solid #d9e0e6}
.demo{margin-top:26px;background:#fbf0da;padding:12px 16px;border-radius:8px}
"""
WORDS = {
    "zh": {
        "title": "自助终端 · 运维登录", "hint": "每次登录都要手机上的六位验证码。",
        "name": "名称", "password": "口令", "code": "六位验证码",
        "enter": "登录", "wrong": "名称、口令或验证码不对,或者已暂时锁定。连续错五次要等十五分钟,管理员可以解除。",
        "oidc": "用{}登录", "other": "English", "demo": "演示人员(只在演示时显示)", "now": "现在的验证码",
        "change": "修改口令", "old": "现在的口令", "new": "新口令(至少12个字符)", "save": "保存新口令",
        "why": "口令是别人给的,请先换成自己的。",
        "next": "验证码只能用一次:请等手机上换成新的一组。",
    },
    "en": {
        "title": "Terminals · sign in", "hint": "Every sign-in needs the six digits on your phone.", "name": "Name",
        "password": "Password", "code": "Six-digit code", "enter": "Sign in",
        "wrong": "Name, password or code is wrong, or the name is locked for now. After five wrong tries wait fifteen minutes, "
        "or ask an administrator.",
        "oidc": "Sign in with {}", "other": "中文", "demo": "Demo people (shown in a demo only)", "now": "code now",
        "change": "Change password", "old": "Present password", "new": "New password (12 characters at least)",
        "save": "Save new password", "why": "Somebody else gave you this password: choose your own first.",
        "next": "A code serves once: wait until your phone shows the next one.",
    },
}  # fmt: skip


def login_page(language: str, onward: str, wrong: bool, oidc: str, demo: list[tuple[str, str, str]]) -> str:
    words = WORDS[language]
    other = "en" if language == "zh" else "zh"
    more = ""
    if oidc:
        more = f'<a class="other" href="/console/oidc/start?onward={quote(onward)}">{escape(words["oidc"].format(oidc))}</a>'
    body = (
        f'<a class="lang" hreflang="{other}" href="/console/login?lang={other}&amp;onward={quote(onward)}">{words["other"]}</a>'
        f"<h1>{words['title']}</h1><p>{words['hint']}</p>{_wrong(words['wrong'] if wrong else '')}"
        f'<form method="post" action="/console/login?lang={language}"><input type="hidden" name="onward" '
        f'value="{escape(onward, quote=True)}">'
        + _field("name", words["name"], 'autocomplete="username" autofocus')
        + _field("password", words["password"], 'type="password" autocomplete="current-password"')
        + _field("code", words["code"], CODE)
        + f"<button>{words['enter']}</button></form>{more}{_demo(words, demo)}"
    )
    return _page(language, words["title"], body)


def password_page(person: Person, language: str, wrong: str = "") -> str:
    words = WORDS[language]
    said = words["wrong"] if wrong == "wrong" else wrong
    why = f" · {words['why']}" if person.must_change else ""
    body = (
        f"<h1>{words['change']}</h1><p>{escape(person.display)}{why}</p>{_wrong(said)}"
        f"<p>{words['next']}</p>"
        f'<form method="post" action="/console/password"><input type="hidden" name="csrf" value="{person.csrf}">'
        + _field("password", words["old"], 'type="password" autocomplete="current-password" autofocus')
        + _field("new", words["new"], 'type="password" autocomplete="new-password" minlength="12"')
        + _field("code", words["code"], CODE)
        + f"<button>{words['save']}</button></form>"
    )
    return _page(language, words["change"], body)


CODE = 'inputmode="numeric" pattern="[0-9]{6}" maxlength="6" autocomplete="one-time-code"'


def _field(name: str, label: str, more: str) -> str:
    return f'<label for="{name}">{label}</label><input id="{name}" name="{name}" required {more}>'


def _wrong(text: str) -> str:
    return f'<div class="wrong" role="alert">{escape(text)}</div>' if text else ""


def _demo(words: dict[str, str], demo: list[tuple[str, str, str]]) -> str:
    if not demo:
        return ""
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(password)}</td><td>{code}</td></tr>" for name, password, code in demo)
    head = f"<tr><th>{words['name']}</th><th>{words['password']}</th><th>{words['now']}</th></tr>"
    return f'<div class="demo">{words["demo"]}<table>{head}{rows}</table></div>'


def _page(language: str, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
