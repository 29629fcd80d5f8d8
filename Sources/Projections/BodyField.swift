public import CreditModel

/// What a body is, field by field.
public enum BodyField: String, Sendable, CaseIterable {
    case name, code, kind, level, region, parent, establishedOn, abolishedOn

    public var chinese: String {
        switch self {
        case .name: "名称"
        case .code: "统一社会信用代码"
        case .kind: "主体类型"
        case .level: "层级"
        case .region: "行政区划代码"
        case .parent: "上级"
        case .establishedOn: "成立日期"
        case .abolishedOn: "撤销日期"
        }
    }

    public func value(of profile: BodyHistory.Profile?) -> FieldValue {
        switch self {
        case .name: FieldValue(profile?.name)
        case .code: FieldValue(profile?.code?.text)
        case .kind: FieldValue(profile?.kind.rawValue)
        case .level: FieldValue(profile?.level?.rawValue)
        case .region: FieldValue(profile?.region.text)
        case .parent: FieldValue(profile?.parent?.text)
        case .establishedOn: FieldValue(profile?.establishedOn)
        case .abolishedOn: FieldValue(profile?.abolishedOn)
        }
    }
}
