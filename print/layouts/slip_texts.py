"""The sentences of the slips, zh_CN and en, in plain spoken words (facts/journeys.md X5 to X17, look.md "Words")."""
from __future__ import annotations

from typing import Literal

Language = Literal["zh_CN", "en"]

TEXTS: dict[str, tuple[str, str]] = {
    # about everybody
    "name": ("姓名", "Name"),
    "id_number": ("身份证", "ID"),
    "companion": ("陪同人", "With"),
    "copy": ("这是补打的纸条", "This slip is a copy"),
    "keep_slip": ("请留好纸条", "Please keep this slip"),
    "hotline": ("有事请打 {number}", "Questions: call {number}"),
    "full_name": ("安徽省老年人优待证", "Anhui senior preference card"),
    "card_number": ("证号", "Card No."),
    "valid_to": ("有效期到", "Valid to"),
    "where": ("去哪里", "Where"),
    "power_cut": ("停电了。", "The power failed."),
    "code": ("办事码", "Your code"),
    "code_how": ("带上身份证和这张纸条，报办事码就行。", "Bring your ID card and this slip, and give this code."),
    "code_words": ("念作：{words}", "Say: {words}"),
    "next": ("接下来", "What to do next"),
    # handed over
    "done_title": ("老年证办好了", "Your card is ready"),
    "done": ("证已经给您了，请拿好。", "You have your card. Please keep it safe."),
    "status": ("状态", "Status"),
    "registered": ("已登记，可以用了", "Registered, ready to use"),
    "registering_title": ("证请拿好", "Please keep your card"),
    "registering": ("登记中", "Being registered"),
    "registering_how": (
        "还没登记完，可能暂时不能用。我们会接着登记，您不用再来办。",
        "Registration is not finished: the card may not work yet. We go on by ourselves; you need not apply again.",
    ),
    # kept in the machine
    "kept_title": ("您的证收在机器里", "Your card is kept safe"),
    "kept": ("证收在机器里，没有丢。", "The card is inside the machine. It is not lost."),
    "kept_how": ("请带身份证找工作人员，当面交给您。", "Please bring your ID card to the staff. They hand it to you."),
    "kept_inactive": ("交到您手里以前，这张证谁也不能用。", "Until you have it, nobody can use this card."),
    "kept_until": ("请在{day}以前来取。", "Please collect it by {day}."),
    # not made
    "not_made_title": ("这次没有做成", "Not done this time"),
    "not_made": ("证没有做好，机器收回了。您可以接着办，不用从头来。",
                 "The card was not made well; the machine took it back. You can go on from here."),
    "not_finished": ("这次没有办完。您可以接着办，不用从头来。", "This was not finished. You can go on from here."),
    "paid": ("您付的{amount}元我们记着。", "We have a record of the {amount} yuan that you paid."),
    "next_counter": ("到{where}接着办", "Go on at {where}"),
    "next_terminal": ("或到另一台自助机，放上身份证接着办", "Or lay your ID card on another terminal and go on"),
    "next_mail": ("也可以寄到家", "Or have it mailed to your home"),
    "next_refund": ("也可以退钱，退回您付款的账户", "Or have the money back, to the account you paid from"),
    # mail
    "mail_title": ("证会寄到您家", "By mail to your home"),
    "mail": ("{hours}小时内寄到。", "It arrives within {hours} hours."),
    "mail_free": ("不用花钱。", "This is free."),
    "mail_latest": ("最晚", "Latest"),
    "mail_to": ("寄到", "To"),
    "mail_tracking": ("邮件号", "Parcel No."),
    "mail_late": ("没收到请打 {number}", "Not arrived? Call {number}"),
    # not known
    "unknown_title": ("还不知道办成没有", "Not known yet"),
    "unknown_application": ("网断了，还不知道办成没有。请别再办，我们会接着查。",
                            "The network failed and we do not know yet whether it is done. "
                            "Please do not apply again; we are finding out."),
    "unknown_document": ("还不知道您的纸打全了没有。机器不会自己再打，我们会接着查。",
                         "Not known yet whether all pages came out. It is not printed again by itself; we are finding out."),
    "unknown_payment": ("还没查到您的付款。请先别再付，我们会接着查。",
                        "We do not see your payment yet. Please do not pay again; we are finding out."),
    "unknown_handover": ("还不知道证有没有到您手里。请别再办，工作人员和您一起查清。",
                         "We do not know whether the card reached you. Please do not apply again; "
                         "the staff will find out with you."),
    "unknown_top_up": ("还不知道钱充到卡里没有，钱没有丢。把卡插到任何一台机器，会接着办。",
                       "We do not know yet whether the money is on the card; it is not lost. "
                       "Insert the card at any terminal and it goes on there."),
    "unknown_amount": ("金额", "Amount"),
    "unknown_how": ("凭纸条可以到{where}问。", "With this slip you can ask at {where}."),
    # the certification of people of 80 and more
    "certified_title": ("认证好了", "Certified"),
    "certified_on": ("认证日期", "Date"),
    "certified_next": ("下次认证，从这天起：", "Next time, from this day on:"),
    "certified_until": ("到{day}都可以。", "Until {day} is in time."),
    "home_visit_title": ("会有人上门认证", "We come to your home"),
    "home_visit": ("最晚这天以前，有人到家里来：", "Somebody comes to the home by this day:"),
    "visit_no": ("上门编号", "Visit No."),
    "visit_to": ("到哪里", "To"),
    "home_visit_how": ("请准备好老人的身份证。上门不收钱。", "Please have the ID card ready. The visit is free."),
    # a citizen card that is made here
    "citizen_full_name": ("亳州市民卡", "Bozhou citizen card"),
    "citizen_card_number": ("卡号", "Card No."),
    "citizen_done_title": ("市民卡办好了", "Your citizen card is ready"),
    "citizen_done": ("卡已经给您了，请拿好。", "You have your card. Please keep it safe."),
    "first_pin": ("第一个密码", "First PIN"),
    "first_pin_how": ("请在机器上点“市民卡”“密码”，改成您自己的。", "Please change it at any terminal: citizen card, PIN."),
    "money_moves": ("旧卡里的钱，从这天起转到新卡。到时把新卡插到任何一台机器就行。",
                    "The money on your old card moves to the new one from this day on. "
                    "Insert the new card at any terminal then."),
    "citizen_kept_title": ("您的卡收在机器里", "Your card is kept safe"),
    "citizen_kept": ("卡收在机器里，没有丢。", "The card is inside the machine. It is not lost."),
    "citizen_not_made": ("卡没有做好，机器收回了。您可以接着办，不用从头来。",
                         "The card was not made well; the machine took it back. You can go on from here."),
    "citizen_unknown_handover": ("还不知道卡有没有到您手里。请别再办，工作人员和您一起查清。",
                                 "We do not know whether the card reached you. Please do not apply again; "
                                 "the staff will find out with you."),
    # the citizen card
    "citizen_card": ("市民卡", "Citizen card"),
    "bill_paid_title": ("缴费成功", "Bill paid"),
    "household": ("缴费户号", "Account"),
    "paid_to": ("付给 {payee}", "To {payee}"),
    "paid_in_all": ("一共", "In all"),
    "bill_paid_how": ("已经交上了，不用再交。", "It is paid. Nothing more is due for it."),
    "topped_up_title": ("市民卡充好了", "Card topped up"),
    "loaded": ("充了", "Loaded"),
    "card_balance": ("卡里现在有", "On the card now"),
    "order_no": ("付款单号", "Payment No."),
    "topped_up_how": ("钱已经在卡里，现在就能用。", "The money is on the card and can be used now."),
    "pin_changed_title": ("市民卡密码改好了", "PIN changed"),
    "pin_changed": ("下次请用新密码。不要告诉别人，也不要写在卡上。",
                    "Please use the new PIN from now on. Tell nobody, and do not write it on the card."),
    "pin_not_known_title": ("还不知道密码改好没有", "Not known which PIN holds"),
    "pin_not_known": ("下次先试新密码，不对再试原来的。都不对，请带身份证和卡再来，可以重设。",
                      "Next time try the new PIN first, then the old one. If both are wrong, bring your ID card and this card: "
                      "it can be set anew."),
    "pin_was_reset_title": ("市民卡密码重设好了", "PIN set anew"),
    "pin_was_reset": ("卡已经解锁，请用新密码。不要告诉别人，也不要写在卡上。",
                      "The card is unlocked. Please use the new PIN. Tell nobody, and do not write it on the card."),
    "card_activated_title": ("市民卡激活好了", "Card switched on"),
    "card_activated": ("现在就能用了。", "It can be used now."),
    "card_registering_title": ("卡写好了，登记中", "Written, being registered"),
    "card_registering": ("还没登记完，可能暂时不能用。我们会接着登记，您不用再来办。",
                         "Registration is not finished: it may not work yet. We go on by ourselves; you need not come again."),
    "card_not_known_title": ("还不知道办成没有", "Not known if it was done"),
    "card_not_known": ("请带卡和身份证再来一次，看了卡就知道。不会办两次。",
                       "Please come again with the card and your ID card: the card will tell. Nothing is done twice."),
    "concession_set_title": ("老年优待设好了", "Senior concession set"),
    "concession_set": ("刷这张卡乘车，按老年人优待。", "On the bus this card now gives you the senior concession."),
    "card_lost_title": ("市民卡已挂失", "Loss reported"),
    "reported_at": ("挂失时间", "Reported"),
    "lost_purse": ("卡里的钱和乘车：", "Purse and transit:"),
    "lost_insurance": ("医保：", "Medical insurance:"),
    "lost_since": ("停用时间", "Stopped"),
    "lost_waiting": ("已经报给医保，还在等医保确认。",
                     "Told to the medical insurance office; not confirmed by it yet."),
    "lost_how": ("找到了也不能再用。可以带身份证来补办。",
                 "It never works again, even when found. Bring your ID card for a new one."),
    # her own accounts
    "own_insurance_title": ("医保账户", "Medical insurance"),
    "own_settlements_title": ("看病结算记录", "Medical bills"),
    "own_record_title": ("您的个人信息", "Your information"),
    "own_balance": ("余额", "Balance"),
    "own_covered": ("号码遮住了，别人捡到也看不全。要看全的，请在机器上点“看全部”。",
                    "Numbers are covered, so that nobody else can read them. Touch “Show everything” at the terminal."),
    "account_no": ("账号", "Account"),
    "move_monthly": ("划入", "Paid in"),
    "move_interest": ("利息", "Interest"),
    "move_pharmacy": ("药店", "Pharmacy"),
    "move_clinic": ("门诊", "Outpatient"),
    "move_hospital": ("住院", "Hospital"),
    "record_name": ("姓名", "Name"),
    "record_id": ("身份证", "ID number"),
    "record_birth": ("生日", "Born"),
    "record_nation": ("民族", "Nationality"),
    "record_phone": ("电话", "Phone"),
    "record_address": ("住址", "Address"),
    "record_household": ("户口", "Household"),
    "voucher_used_title": ("电子券用好了", "Voucher used"),
    "voucher_worth": ("金额", "Amount"),
    "redemption_no": ("兑换号：", "Number:"),
    "voucher_used_how": ("凭这张纸条到{where}。一张券只能用一次。", "With this slip at {where}. A voucher works once."),
    # refusal
    "refused_title": ("今天还办不了", "Not possible today"),
    "refused_from": ("这天起就能办。", "From this day on you can apply."),
    "refused_where": ("请到{where}，工作人员帮您办。", "Please go to {where}; the staff will help you."),
}  # fmt: skip

DIGITS: dict[Language, tuple[str, ...]] = {
    "zh_CN": tuple("零一二三四五六七八九"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}


def say(key: str, language: Language, **params: object) -> str:
    """A sentence with its parameters. Raises KeyError for an unknown key or a missing parameter."""
    return TEXTS[key][0 if language == "zh_CN" else 1].format(**params)


def spell(code: str, language: Language) -> str:
    """A code as it is read out over the telephone: digits in words, letters one by one."""
    return " ".join(DIGITS[language][int(char)] if char in "0123456789" else char for char in code if char.isalnum())
