"""The articles behind residence registration, each with a sentence of ours in plain words."""

from __future__ import annotations

from baiyun_desktop.kernel.article import Law

PERMIT_RULES = Law(
    "居住证暂行条例",
    {
        2: "在外地住满半年，有稳定工作、稳定住处或者正在上学，三样有一样，就可以申领居住证；登记的日子就是算起的依据。",
        8: "居住证由公安机关受理、制作、发放和签注；社区、单位、学校和房东都要帮忙办理。",
        9: "申领居住证要带身份证、照片和住处、工作或上学的证明；代办的要带两个人的身份证。",
        10: "居住证每年签注一次，住满一年前一个月内来办；过期没办的先停用，补办后恢复。",
        12: "拿居住证的人在这里享受上学、就业、社保、看病、法律援助等基本公共服务。",
        17: "登记时知道的个人信息要保密，不能外传。",
    },
)
"""国务院令第663号, in force since 1 January 2016."""

PRIVACY = Law(
    "个人信息保护法",
    {
        6: "只收集办事用得着的信息，够用就行。",
        8: "登记的信息要准确；人走了、搬了，就要及时改过来。",
        45: "本人可以查看、复制登记在册的自己的信息。",
        46: "本人发现信息不对，可以要求更正。",
    },
)
