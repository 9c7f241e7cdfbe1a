"""The frame of the counter's pages: plain server-rendered HTML, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape

STYLE = """
:root{--ink:#1c2733;--soft:#5a6a78;--line:#d9e0e6;--paper:#fff;--ground:#f2f5f7;--main:#0b5d8a;
--alarm:#b3261e;--good:#1b6e3c;--warm:#8a5a00}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:18px/1.55 "Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
header{background:var(--main);color:#fff;padding:14px 28px;display:flex;align-items:center;gap:28px}
header h1{font-size:22px;margin:0;font-weight:600}header a{color:#fff;text-decoration:none;padding:6px 14px;border-radius:8px}
header a.here{background:rgba(255,255,255,.2)}header .who{margin-left:auto;font-size:16px;opacity:.95}
main{max-width:1240px;margin:22px auto;padding:0 20px}
.two{display:grid;grid-template-columns:1.15fr 1fr;gap:20px;align-items:start}
section{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:18px 22px;margin-bottom:20px}
h2{font-size:20px;margin:0 0 10px;display:flex;align-items:center;gap:10px}
.count{background:var(--ground);border-radius:99px;padding:0 12px;font-size:16px;font-weight:400;color:var(--soft)}
.alarm h2{color:var(--alarm)}.alarm{border-left:6px solid var(--alarm)}.item{border-top:1px solid var(--line);padding:12px 0}
.item:first-of-type{border-top:0}.line{display:flex;gap:14px;align-items:baseline;flex-wrap:wrap}.line b{font-size:19px}
.soft{color:var(--soft);font-size:16px}.none{color:var(--soft)}form{display:flex;flex-wrap:wrap;gap:10px;margin-top:8px;align-items:center}
input,select{font:inherit;padding:8px 12px;border:1.5px solid #9fb0bd;border-radius:8px;min-width:0}
input.id{width:13.5em;letter-spacing:.04em}input.name{width:7em}input.why{flex:1 1 14em}
button{font:inherit;padding:8px 18px;border:0;border-radius:8px;background:var(--main);color:#fff;cursor:pointer}
button.danger{background:var(--alarm)}button.quiet{background:#e3ebf1;color:var(--ink)}
input:focus,button:focus,select:focus,a:focus{outline:3px solid #f0a500;outline-offset:1px}
.said{padding:12px 20px;border-radius:10px;margin-bottom:18px;font-size:19px}.said.good{background:#e2f3e8;color:var(--good)}
.said.bad{background:#fbe6e4;color:var(--alarm)}table{width:100%;border-collapse:collapse}
th,td{text-align:left;padding:10px 8px;border-top:1px solid var(--line);vertical-align:middle}
th{color:var(--soft);font-weight:400;font-size:16px;border-top:0}
.tag{border-radius:6px;padding:1px 10px;font-size:16px;background:#e3ebf1}.tag.good{background:#e2f3e8;color:var(--good)}
.tag.bad{background:#fbe6e4;color:var(--alarm)}.tag.warm{background:#fbf0da;color:var(--warm)}
.look{display:flex;gap:18px;align-items:flex-start}img.face{width:126px;border-radius:8px;border:1px solid var(--line)}
td form{margin:0}.sms{background:#eaf4ea;border-radius:14px;padding:12px 18px;margin:10px 0;max-width:760px}
"""
PAGES = (("/counter", "柜台"), ("/orders", "寄送订单"), ("/payments", "缴费"), ("/reconciliation", "对账"), ("/messages", "消息"))


def page(title: str, path: str, staff: str, body: str, said: str = "", good: bool = True, script: str = "") -> str:
    links = "".join(f'<a href="{href}"{" class=here" if href == path else ""}>{name}</a>' for href, name in PAGES)
    note = f'<div class="said {"good" if good else "bad"}" role="status">{escape(said)}</div>' if said else ""
    who = f'<span class="who">{escape(staff)} <a href="/counter/logout">换人</a></span>' if staff else ""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f"<header><h1>亳州市政务服务 · 老年证</h1>{links}{who}</header><main>{note}{body}</main>{script}</body></html>"
    )


def section(heading: str, items: list[str], none: str, alarm: bool = False, part: str = "") -> str:
    inner = "".join(f'<div class="item">{item}</div>' for item in items) or f'<p class="none">{none}</p>'
    kind = ' class="alarm"' if alarm and items else ""
    place = f' id="{part}"' if part else ""
    return f'<section{kind}{place}><h2>{heading} <span class="count">{len(items)}</span></h2>{inner}</section>'


def form(action: str, token: str, fields: str, button: str, kind: str = "", **hidden: str) -> str:
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">' for name, value in hidden.items())
    return (
        f'<form method="post" action="{action}"><input type="hidden" name="token" value="{token}">{kept}{fields}'
        f'<button class="{kind}">{button}</button></form>'
    )


def field(name: str, label: str, css: str = "", value: str = "", kind: str = "text") -> str:
    return (
        f'<input name="{name}" type="{kind}" class="{css}" placeholder="{label}" aria-label="{label}" '
        f'value="{escape(value, quote=True)}" autocomplete="off" required>'
    )
