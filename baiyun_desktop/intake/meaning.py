"""What a column of an office's list can mean, and the words offices write over it."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """A column's meaning. A column can also mean a declared field by its name, "kind.field"."""

    SERIAL = "serial"
    NAME = "name"
    FORMER_NAME = "former_name"
    SEX = "sex"
    ETHNIC = "ethnic"
    ID_TYPE = "id_type"
    ID_NO = "id_no"
    BIRTH = "birth"
    PHONE = "phone"
    PHONE2 = "phone2"
    HUKOU = "hukou"
    MARITAL = "marital"
    EDU = "edu"
    POLITICS = "politics"
    RESIDENT_TYPE = "resident_type"
    KIN = "kin"
    WORK_UNIT = "work_unit"
    OCCUPATION = "occupation"
    ADDRESS = "address"
    ESTATE = "estate"
    DOOR = "door"
    HOUSE_TYPE = "house_type"
    OWNER = "owner"
    OWNER_PHONE = "owner_phone"
    LANDLORD = "landlord"
    LANDLORD_PHONE = "landlord_phone"
    GRID = "grid"
    COMMUNITY = "community"
    REASON = "reason"
    DWELLING = "dwelling"
    ARRIVED = "arrived"
    PLAN_UNTIL = "plan_until"
    FROM = "from"
    REGISTERED = "registered"
    LEFT = "left"
    PERMIT_NO = "permit_no"
    PERMIT_DUE = "permit_due"
    COMPANIONS = "companions"
    NOTE = "note"


TITLES: dict[Meaning, str] = {
    Meaning.SERIAL: "序号",
    Meaning.NAME: "姓名",
    Meaning.FORMER_NAME: "曾用名",
    Meaning.SEX: "性别",
    Meaning.ETHNIC: "民族",
    Meaning.ID_TYPE: "证件类型",
    Meaning.ID_NO: "证件号码",
    Meaning.BIRTH: "出生日期",
    Meaning.PHONE: "联系电话",
    Meaning.PHONE2: "其他电话",
    Meaning.HUKOU: "户籍地",
    Meaning.MARITAL: "婚姻状况",
    Meaning.EDU: "文化程度",
    Meaning.POLITICS: "政治面貌",
    Meaning.RESIDENT_TYPE: "人员类型",
    Meaning.KIN: "与户主关系",
    Meaning.WORK_UNIT: "服务处所",
    Meaning.OCCUPATION: "职业",
    Meaning.ADDRESS: "现住址",
    Meaning.ESTATE: "小区",
    Meaning.DOOR: "门牌",
    Meaning.HOUSE_TYPE: "房屋类型",
    Meaning.OWNER: "业主姓名",
    Meaning.OWNER_PHONE: "业主电话",
    Meaning.LANDLORD: "房主姓名",
    Meaning.LANDLORD_PHONE: "房主电话",
    Meaning.GRID: "网格",
    Meaning.COMMUNITY: "社区",
    Meaning.REASON: "居住事由",
    Meaning.DWELLING: "住所类型",
    Meaning.ARRIVED: "来本地日期",
    Meaning.PLAN_UNTIL: "拟居住至",
    Meaning.FROM: "从何地来",
    Meaning.REGISTERED: "登记日期",
    Meaning.LEFT: "离开日期",
    Meaning.PERMIT_NO: "居住证号",
    Meaning.PERMIT_DUE: "签注到期",
    Meaning.COMPANIONS: "同住人",
    Meaning.NOTE: "备注",
}
"""How a meaning is named to the clerk."""

_WORDS: dict[Meaning, str] = {
    Meaning.SERIAL: "序号 编号 序列 行号 内部编号 序",
    Meaning.NAME: "姓名 人员姓名 流动人口姓名 登记人姓名 居民姓名 租客姓名 租户姓名 名字 承租人 承租人姓名",
    Meaning.FORMER_NAME: "曾用名 别名 小名",
    Meaning.SEX: "性别",
    Meaning.ETHNIC: "民族 族别",
    Meaning.ID_TYPE: "证件类型 证件种类 证件名称",
    Meaning.ID_NO: "证件号码 证件号 身份证号 身份证号码 公民身份号码 公民身份证号 公民身份证号码 身份证 "
    "居民身份证号 居民身份证号码 "
    "身份号码 证件编号 有效证件号码 本人身份证号",
    Meaning.BIRTH: "出生 出生日期 出生年月 出生年月日 生日 出生时间",
    Meaning.PHONE: "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 本人电话 联系手机 移动电话 本人联系电话",
    Meaning.PHONE2: "其他电话 备用电话 第二电话 固定电话 座机",
    Meaning.HUKOU: "户籍地 户籍地址 户籍所在地 户口所在地 户籍地详址 户籍详址 常住户口所在地 户籍 户籍地门详址 "
    "身份证地址 籍贯地址",
    Meaning.MARITAL: "婚姻状况 婚姻 婚否",
    Meaning.EDU: "文化程度 学历 受教育程度 教育程度",
    Meaning.POLITICS: "政治面貌",
    Meaning.RESIDENT_TYPE: "人员类型 人口类型 人员类别 人口类别",
    Meaning.KIN: "与户主关系 与其他人员关系 与房主关系 家庭关系 关系",
    Meaning.WORK_UNIT: "服务处所 工作单位 就业单位 单位 单位名称 务工单位 工作单位名称 从业单位 工作地点",
    Meaning.OCCUPATION: "职业 工种 从事职业 岗位 工作学习情况",
    Meaning.ADDRESS: "现住址 现居住地 住址 现住地 现住地址 现住地详址 居住地址 现居住地址 居住地 现居住地详址 "
    "居住地详址 "
    "暂住地址 暂住地 家庭住址 地址 详细地址 详细住址 实际居住地 居住详址 租住地址 现住地门详址",
    Meaning.ESTATE: "现住小区建筑 小区建筑名称 小区名称 小区 现住小区 建筑名称 楼盘",
    Meaning.DOOR: "门牌地址 门牌 门牌号 房号 房间号 楼栋门牌",
    Meaning.HOUSE_TYPE: "类型 房屋类型 建筑类型 房屋性质",
    Meaning.OWNER: "业主姓名 业主 产权人 房屋所有人",
    Meaning.OWNER_PHONE: "业主电话 业主联系电话 产权人电话",
    Meaning.LANDLORD: "房主姓名 房主 房东 房东姓名 出租人 出租人姓名 出租房主",
    Meaning.LANDLORD_PHONE: "房主电话 房东电话 房主联系电话 房东联系电话 出租人电话 房东联系方式 房主联系方式 "
    "房东手机 房主手机",
    Meaning.GRID: "网格 所属网格 网格编码 网格号 网格名称 所在网格 网格代码",
    Meaning.COMMUNITY: "社区 所属社区 所在社区 社区名称 居委会",
    Meaning.REASON: "居住事由 事由 流入原因 暂住事由 居住原因 来本地原因 来白云原因 来白云事由 流动原因",
    Meaning.DWELLING: "住所类型 居住类型 住房类型 居住方式 住所类别 居所类型",
    Meaning.ARRIVED: "来本地日期 来白云时间 来本地时间 来白云日期 流入时间 流入日期 到达日期 来矿区时间 "
    "居住开始日期 入住时间 入住日期",
    Meaning.PLAN_UNTIL: "拟居住至 拟居住期限 拟离开日期 预计离开日期",
    Meaning.FROM: "从何地来 来源地 流出地 来自何地",
    Meaning.REGISTERED: "登记日期 登记时间 办理日期 采集日期 填表日期",
    Meaning.LEFT: "离开日期 离开时间 迁出日期 注销日期 搬离日期 搬离时间 离白云时间 离开本地日期",
    Meaning.PERMIT_NO: "居住证号 居住证证号 居住证编号 居住证号码 暂住证号",
    Meaning.PERMIT_DUE: "签注到期 居住证签注到期 签注到期日 证件到期日期 居住证到期日期 居住证有效期",
    Meaning.COMPANIONS: "同住人 同住人员 同行家属 共同居住人",
    Meaning.NOTE: "备注 说明 其他",
}

WORDS: dict[str, Meaning] = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
"""A header's words as offices write them, to what they mean."""

OTHERS = tuple("房主 房东 业主 监护 联系人 户主 出租 配偶 父 母 安全 物业 开发 施工 法人 委".split())
"""A group header that names someone else: a 姓名 below it is not the registered person's."""
