public import CreditModel
internal import TabularText

/// The columns of the five templates (contract §1), with a line of explanation for whoever fills them in.
public struct ImportTemplate: Sendable {
    public struct Column: Sendable {
        public var name: String
        public var isRequired: Bool
        public var explanation: String

        init(_ name: String, required: Bool = false, _ explanation: String) {
            self.name = name
            isRequired = required
            self.explanation = explanation
        }
    }

    public let kind: ImportCompleted.Template
    public let columns: [Column]

    public init(_ kind: ImportCompleted.Template) {
        self.kind = kind
        let own =
            switch kind {
            case .bodies: ImportTemplate.bodies
            case .incidents: ImportTemplate.incidents
            case .dispositions: ImportTemplate.dispositions
            case .observations: ImportTemplate.observations
            case .rounds: ImportTemplate.rounds
            }
        columns = own + [Column("原系统登记日期", "可空。原系统登记本条的日期，按其自称保存")]
    }

    var tableColumns: [TableColumn] {
        columns.map { $0.isRequired ? .required($0.name) : .optional($0.name) }
    }

    private static func list<List: CodeList>(_ list: List.Type) -> String {
        list.allCases.map { $0.rawValue == $0.name ? $0.rawValue : "\($0.rawValue) \($0.name)" }.joined(separator: "、")
    }

    private static let day = "如 2023-03-05、2023/3/5、2023年3月5日、20230305"

    private static let bodies = [
        Column("统一社会信用代码", required: true, "18 位，含校验位"),
        Column("名称", required: true, "全称"),
        Column("主体类型", required: true, list(BodyKind.self)),
        Column("层级", required: true, list(BodyLevel.self)),
        Column("行政区划代码", required: true, "6 位（乡镇可 9 位，村可 12 位）"),
        Column("上级统一社会信用代码", "可空；可在同一文件后面登记"),
        Column("成立日期", "可空；\(day)"),
    ]

    private static let incidents = [
        Column("事项编号", required: true, "全库唯一"),
        Column("统一社会信用代码", required: true, "失信主体，须已登记"),
        Column("主体名称", "可空；与登记不符时提示"),
        Column("失信类别", required: true, list(Category.self)),
        Column("重点领域", "可空；" + list(KeyArea.self)),
        Column("失信事实", required: true, "至多 2000 字，加密保存"),
        Column("依据文书名称", required: true, "如 行政处罚决定书"),
        Column("文号", required: true, "如 云信〔2022〕1号；括号写法不限"),
        Column("认定部门", required: true, "全称"),
        Column("认定部门统一社会信用代码", "可空"),
        Column("发生日期", required: true, day),
        Column("认定日期", required: true, "不早于发生日期，不晚于今天"),
        Column("严重程度", required: true, list(Severity.self)),
        Column("涉及金额(万元)", "可空；可带千分位"),
        Column("整改要求", "可空；加密保存"),
        Column("整改期限", "可空；日期"),
        Column("信息来源渠道", required: true, list(SourceChannel.self)),
        Column("结论状态", "C07 须为 有明确结论，C10 须为 可查实（评价办法第八条）"),
        Column("公开属性", list(Visibility.self) + "；空为 内部"),
        Column("归属年度", "空为认定日期的年度"),
        Column("附件", "可空；附件目录中的文件名，多个以 ; 分隔"),
    ]

    private static let dispositions = [
        Column("事项编号", required: true, "已登记的失信事项"),
        Column("处置类型", required: true, DispositionKind.allCases.map(\.rawValue).joined(separator: "、")),
        Column("日期", required: true, "处置发生的日期；\(day)"),
        Column("办理部门", required: true, "全称"),
        Column("文号", "可空"),
        Column("说明", "可空；加密保存；主体陈述至多 500 字"),
        Column("更正字段", "更正、异议成立更正必填：" + Correction.Field.allCases.map(\.rawValue).joined(separator: "、")),
        Column("原值", "更正前的值，须与档案相符"),
        Column("新值", "更正后的值"),
        Column("附件", "可空；附件目录中的文件名，多个以 ; 分隔"),
    ]

    private static let observations = [
        Column("统一社会信用代码", required: true, "受评主体，须已登记"),
        Column("年度", required: true, "评价年度，4 位"),
        Column("方案", required: true, "如 tongbai-2023-township"),
        Column("指标编号", required: true, "如 XZ04"),
        Column("数据项", required: true, "如 lost"),
        Column("数值", required: true, "数、日期，或 是/否 等"),
        Column("佐证材料", "可空；说明，或附件目录中的文件名"),
        Column("填报日期", required: true, day),
    ]
}

extension ImportTemplate {
    fileprivate static let rounds = [
        Column("方案", required: true, "如 province-integrity"),
        Column("年度", required: true, "评价年度（被评价的年份），4 位"),
        Column("区划", required: true, "组织评价的机关所在区划，6 位"),
        Column("步骤", required: true, RoundSteps.inTables.map(\.chinese).joined(separator: "、")),
        Column("主体", "受评单位的代码；启动评价、调整受评名单可写多个，以 ; 分隔；整个轮次的步骤留空"),
        Column("日期", required: true, "步骤办理的日期；\(day)"),
        Column("办理单位", required: true, "全称"),
        Column("办理单位角色", "可空：方案只有一种办理单位时按方案；" + list(ActorRole.self)),
        Column("办理单位统一社会信用代码", "可空"),
        Column("文号", "可空；委托评价、不良记录认定、结果运用须有文号或附件"),
        Column("说明", "可空；加密保存；复评申请的理由"),
        Column("评价机构", "委托评价必填：受委托机构或考核小组的全称"),
        Column("评价机构统一社会信用代码", "可空"),
        Column("成员单位", "可空；考核小组的成员单位，以 ; 分隔"),
        Column("渠道", "信息采集：" + list(SourceChannel.self)),
        Column("方式", "信息采集、信息核实：" + list(CollectionMethod.self)),
        Column("事由", "不良记录认定、评价投诉必填：" + list(StepGround.self)),
        Column("结果", "复评、等次审定、规范性审核、不良记录认定、投诉答复必填：" + list(StepOutcome.self)),
        Column("事项编号", "不良记录认定为“记入”时必填：类别 R10 的失信事项"),
        Column("期限", "催促自查自评、结果运用：至何日"),
        Column("措施", "结果运用、结果运用终止必填：" + list(Measure.self)),
        Column("证明材料", "复评申请、复评补充材料；加密保存"),
        Column("载明", "评价报告上传：" + list(ReportStatement.self)),
        Column("通报对象", "通报必填：" + list(Recipient.self)),
        Column("受理单位", "评价投诉必填：本级或者上级信用主管部门的全称"),
        Column("受理单位角色", "可空：信用主管部门、省信用主管部门"),
        Column("移出主体", "调整受评名单：移出的代码，以 ; 分隔"),
        Column("调整文件", "启动评价、制定评价方案：附件中本轮次所用调整文件的文件名"),
        Column("附件", "可空；附件目录中的文件名，多个以 ; 分隔"),
    ]
}

/// 处置类型 and the event that each appends (contract §1).
public enum DispositionKind: String, CodeList {
    case rectificationOrdered = "整改责令"
    case rectificationReported = "整改报告"
    case rectificationAccepted = "整改验收"
    case objectionFiled = "异议提出"
    case objectionUpheldCorrected = "异议成立更正"
    case objectionUpheldRevoked = "异议成立撤销"
    case objectionDismissed = "异议不成立"
    case objectionWithdrawn = "异议撤回"
    case corrected = "更正"
    case revoked = "撤销"
    case repairApplied = "修复申请"
    case repairAccepted = "修复受理"
    case repairDeclined = "修复不予受理"
    case repairGranted = "修复准予"
    case repairRefused = "修复不予"
    case repairRescinded = "修复撤销"
    case statement = "主体陈述"
    case measureImposed = "措施实施"
    case measureLifted = "措施解除"

    public static let listName = "处置类型"

    /// The event type of the acts that say no more than when, who and by which document.
    var simpleType: EventType? {
        switch self {
        case .rectificationOrdered: .rectificationOrdered
        case .rectificationReported: .rectificationReported
        case .rectificationAccepted: .rectificationAccepted
        case .objectionFiled: .objectionFiled
        case .objectionWithdrawn: .objectionWithdrawn
        case .revoked: .incidentRevoked
        case .repairApplied: .repairApplied
        case .repairAccepted: .repairAccepted
        case .repairDeclined: .repairDeclined
        case .repairGranted: .repairGranted
        case .repairRefused: .repairRefused
        case .repairRescinded: .repairRescinded
        case .measureImposed: .measureImposed
        case .measureLifted: .measureLifted
        default: nil
        }
    }
}
