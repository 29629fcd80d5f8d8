public import CanonicalJSON

/// The type of an event, as it stands in the envelope.
public enum EventType: String, Sendable, Hashable, CaseIterable {
    case archiveCreated = "archive.created"
    case originChanged = "origin.changed"
    case keyRotated = "key.rotated"
    case importCompleted = "import.completed"
    case subjectKeyDestroyed = "subjectkey.destroyed"
    case displayWithheld = "display.withheld"
    case displayRestored = "display.restored"
    case bodyRegistered = "body.registered"
    case bodyRenamed = "body.renamed"
    case bodyRecoded = "body.recoded"
    case bodyMoved = "body.moved"
    case bodyReparented = "body.reparented"
    case bodyAbolished = "body.abolished"
    case incidentDetermined = "incident.determined"
    case incidentCorrected = "incident.corrected"
    case incidentRevoked = "incident.revoked"
    case rectificationOrdered = "rectification.ordered"
    case rectificationReported = "rectification.reported"
    case rectificationAccepted = "rectification.accepted"
    case objectionFiled = "objection.filed"
    case objectionDecided = "objection.decided"
    case objectionWithdrawn = "objection.withdrawn"
    case repairApplied = "repair.applied"
    case repairAccepted = "repair.accepted"
    case repairDeclined = "repair.declined"
    case repairGranted = "repair.granted"
    case repairRefused = "repair.refused"
    case repairRescinded = "repair.rescinded"
    case measureImposed = "measure.imposed"
    case measureLifted = "measure.lifted"
    case publicityExpired = "publicity.expired"
    case statementAttached = "statement.attached"
    case observationRecorded = "observation.recorded"

    /// The version that this program writes; older ones are read through upcasting.
    public var currentVersion: Int { 1 }

    /// The first segment of the stream that holds such events.
    public var streamFamily: String {
        switch self {
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayWithheld,
            .displayRestored:
            "archive"
        case .bodyRegistered, .bodyRenamed, .bodyRecoded, .bodyMoved, .bodyReparented, .bodyAbolished: "body"
        case .observationRecorded: "observations"
        default: "case"
        }
    }

    /// What happened, in the words of the offices.
    public var chinese: String {
        switch self {
        case .archiveCreated: "建立档案库"
        case .originChanged: "更换日志名称"
        case .keyRotated: "更换签名密钥"
        case .importCompleted: "导入完成"
        case .subjectKeyDestroyed: "销毁密钥"
        case .displayWithheld: "停止展示"
        case .displayRestored: "恢复展示"
        case .bodyRegistered: "主体登记"
        case .bodyRenamed: "主体更名"
        case .bodyRecoded: "代码变更"
        case .bodyMoved: "区划变更"
        case .bodyReparented: "隶属变更"
        case .bodyAbolished: "主体撤销"
        case .incidentDetermined: "失信认定"
        case .incidentCorrected: "更正"
        case .incidentRevoked: "撤销"
        case .rectificationOrdered: "整改责令"
        case .rectificationReported: "整改报告"
        case .rectificationAccepted: "整改验收"
        case .objectionFiled: "异议提出"
        case .objectionDecided: "异议处理"
        case .objectionWithdrawn: "异议撤回"
        case .repairApplied: "修复申请"
        case .repairAccepted: "修复受理"
        case .repairDeclined: "修复不予受理"
        case .repairGranted: "修复准予"
        case .repairRefused: "修复不予"
        case .repairRescinded: "修复撤销"
        case .measureImposed: "措施实施"
        case .measureLifted: "措施解除"
        case .publicityExpired: "公示期满"
        case .statementAttached: "主体陈述"
        case .observationRecorded: "指标数据"
        }
    }

    /// The URN of a version of the type's data in one of its two forms.
    public func schema(version: Int, form: EventForm) -> String {
        "urn:credit-archive:schema:\(rawValue):\(version)" + (form == .submitted ? ":submitted" : "")
    }
}
