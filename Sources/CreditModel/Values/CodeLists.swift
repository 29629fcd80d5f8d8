public import CanonicalJSON

/// A closed list of codes: the value in JSON is the raw value, the name is for people.
public protocol CodeList: RawRepresentable, CaseIterable, Sendable, Hashable, JSONDecodable, JSONEncodable
where RawValue == String {
    /// The list's name in Chinese, for messages.
    static var listName: String { get }
    /// The value's Chinese name.
    var name: String { get }
    /// Other Chinese names under which the sources know it.
    var aliases: [String] { get }
}

extension CodeList {
    public var name: String { rawValue }
    public var aliases: [String] { [] }

    /// Finds a value by its code, its name or an alias; white space and the kind of comma or bracket do not count.
    public init?(codeOrName text: String) {
        if let value = Self(rawValue: text) {
            self = value
            return
        }
        let wanted = CodeName.normalised(text)
        let found = Self.allCases.first { value in
            ([value.rawValue, value.name] + value.aliases).contains { CodeName.normalised($0) == wanted }
        }
        guard let found else { return nil }
        self = found
    }

    public init(json: JSONNode) throws(JSONFault) {
        // By bytes: == takes canonically equivalent texts for equal (the Kelvin sign for K), which schemas do not.
        let text = try json.string()
        guard let value = Self(rawValue: text), value.rawValue.utf8.elementsEqual(text.utf8) else {
            throw json.fault(.badValue, Self.allCases.map(\.rawValue).joined(separator: " | "))
        }
        self = value
    }

    public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

/// How names of code lists are compared.
private enum CodeName {
    static func normalised(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\u{3000}", "\u{A0}", "\t": continue
            case ",", "，", "；", ";": result.append("、")
            case "（": result.append("(")
            case "）": result.append(")")
            case "／": result.append("/")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

/// 失信类别 R01–R18 (requirements §6.2).
public enum Category: String, CodeList {
    case r01 = "R01", r02 = "R02", r03 = "R03", r04 = "R04", r05 = "R05", r06 = "R06"
    case r07 = "R07", r08 = "R08", r09 = "R09", r10 = "R10", r11 = "R11", r12 = "R12"
    case r13 = "R13", r14 = "R14", r15 = "R15", r16 = "R16", r17 = "R17", r18 = "R18"

    public static let listName = "失信类别"

    public var name: String {
        switch self {
        case .r01: "司法判决"
        case .r02: "行政处罚"
        case .r03: "纪律处分"
        case .r04: "问责处理"
        case .r05: "未守信践诺"
        case .r06: "行政审批事项网上全流程办理未达标"
        case .r07: "被执行人/失信被执行人"
        case .r08: "行政复议纠错"
        case .r09: "拖欠账款"
        case .r10: "自查自评不及时或失实"
        case .r11: "网站/政务新媒体不合格"
        case .r12: "双公示/五类信息迟报漏报不合规"
        case .r13: "违背市场准入负面清单案例"
        case .r14: "信用修复办理不规范"
        case .r15: "考核/评议弄虚作假"
        case .r16: "负面舆情"
        case .r17: "未按时完成整改"
        case .r18: "投诉举报/信访结论/审计督查问题"
        }
    }

    public var aliases: [String] {
        switch self {
        case .r01: ["司法判决(违法违规、失信违约被判)"]
        case .r06: ["网上全流程办理未达标"]
        case .r07: ["被执行人", "失信被执行人"]
        case .r10: ["自查自评不及时", "自查自评失实", "不良记录", "自查自评不及时或失实(不良记录)"]
        case .r11: ["网站不合格", "政务新媒体不合格", "网站/政务新媒体不合格、错敏信息、安全漏洞", "错敏信息", "安全漏洞"]
        case .r12: ["双公示迟报漏报", "五类信息迟报漏报"]
        case .r13: ["违背市场准入负面清单"]
        case .r14: ["信用修复办理不规范(投诉、退回、超期)"]
        case .r15: ["弄虚作假", "考核弄虚作假", "评议弄虚作假"]
        case .r18: ["投诉举报", "投诉举报(已查实)", "信访结论", "审计问题", "督查问题", "审计/督查问题", "投诉举报(已查实)、信访结论、审计/督查问题"]
        default: []
        }
    }
}

/// 重点领域 K1–K9 (粤府〔2017〕140号 third part; requirements §2.2).
public enum KeyArea: String, CodeList {
    case k1 = "K1", k2 = "K2", k3 = "K3", k4 = "K4", k5 = "K5", k6 = "K6", k7 = "K7", k8 = "K8", k9 = "K9"

    public static let listName = "重点领域"

    public var name: String {
        switch self {
        case .k1: "政策落实兑现"
        case .k2: "政府采购"
        case .k3: "政府和社会资本合作"
        case .k4: "招标投标"
        case .k5: "公共资源交易"
        case .k6: "招商引资"
        case .k7: "地方政府债务"
        case .k8: "政府机构履行法定义务"
        case .k9: "基层政务诚信"
        }
    }

    public var aliases: [String] {
        switch self {
        case .k3: ["PPP", "政府和社会资本合作PPP", "政府和社会资本合作(PPP)"]
        default: []
        }
    }
}

/// 信息来源渠道 C01–C12 (《政务诚信评价办法》第八条).
public enum SourceChannel: String, CodeList {
    case c01 = "C01", c02 = "C02", c03 = "C03", c04 = "C04", c05 = "C05", c06 = "C06"
    case c07 = "C07", c08 = "C08", c09 = "C09", c10 = "C10", c11 = "C11", c12 = "C12"

    public static let listName = "信息来源渠道"

    public var name: String {
        switch self {
        case .c01: "受评单位"
        case .c02: "人大、政协"
        case .c03: "人民法院"
        case .c04: "监察部门"
        case .c05: "审计部门"
        case .c06: "督查部门"
        case .c07: "信访部门"
        case .c08: "政府和部门网站"
        case .c09: "新闻媒体、主流社会媒体网站"
        case .c10: "有关部门"
        case .c11: "企业等市场主体"
        case .c12: "其他合法途径"
        }
    }

    public var aliases: [String] {
        switch self {
        case .c02: ["人大政协", "人大", "政协"]
        case .c03: ["法院"]
        case .c09: ["新闻媒体"]
        case .c11: ["市场主体", "企业"]
        default: []
        }
    }

    /// Matter from petitions must have a clear conclusion (有明确结论), reports and complaints must be verifiable
    /// (可查实): 《政务诚信评价办法》第八条第七、十项.
    public var requiredConclusion: Conclusion? {
        switch self {
        case .c07: .clear
        case .c10: .verifiable
        default: nil
        }
    }
}

/// 严重程度, mildest first.
public enum Severity: String, CodeList, Comparable {
    case minor = "轻微"
    case ordinary = "一般"
    case serious = "严重"

    public static let listName = "严重程度"

    public var rank: Int {
        switch self {
        case .minor: 0
        case .ordinary: 1
        case .serious: 2
        }
    }

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// 结论状态.
public enum Conclusion: String, CodeList {
    case clear = "有明确结论"
    case verifiable = "可查实"
    public static let listName = "结论状态"
}

/// 公开属性.
public enum Visibility: String, CodeList {
    case open = "公开"
    case shared = "政务共享"
    case authorised = "授权查询"
    case restricted = "内部"
    public static let listName = "公开属性"
}

/// 主体类型.
public enum BodyKind: String, CodeList {
    case government = "人民政府"
    case department = "工作部门"
    case directlyAffiliated = "直属机构"
    case dispatched = "派出机构"
    case township = "乡镇街道"
    case institution = "事业单位"
    case authorised = "授权组织"
    case committee = "村居委会"
    public static let listName = "主体类型"
}

/// 层级.
public enum BodyLevel: String, CodeList {
    case province = "省"
    case city = "市"
    case county = "县"
    case township = "乡"
    case village = "村"
    public static let listName = "层级"
}

/// Measures taken on a result (requirements §6.3).
public enum Measure: String, CodeList {
    case talk = "约谈"
    case criticism = "通报批评"
    case rectification = "限期整改"
    case explanation = "书面说明原因"
    case honours = "取消评优资格"
    case performance = "绩效考核扣分"
    case referral = "移送有权机关"
    case accountability = "责任倒查"
    public static let listName = "措施"
}
