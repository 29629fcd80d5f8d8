/// Who acts in an evaluation. Which of them may take which step is the scheme's process, not the list's.
public enum ActorRole: String, CodeList {
    /// 本级社会信用体系建设主管部门 (信用办): organises and supervises (《政务诚信评价办法》第四、六、十条).
    case creditAuthority = "信用主管部门"
    /// 省人民政府社会信用体系建设主管部门: recommends evaluators, compiles and sends (第六、十三条).
    case provincialCreditAuthority = "省信用主管部门"
    /// The third party that is commissioned (第四条).
    case evaluator = "评价机构"
    /// The body under evaluation.
    case assessed = "受评单位"
    /// 《政务公开工作考核实施细则》第五、八条.
    case opennessAuthority = "政务公开主管部门"
    /// 政务公开工作考核小组 (第八条第一、二项).
    case assessmentGroup = "考核小组"
    /// 本级政务公开领导小组组长或者政府分管领导 (第八条第六项).
    case leadingGroup = "领导小组"
    /// Whoever calls to account what the evaluation has found (第十五条; 桐柏县方案第六部分).
    case competentOrgan = "有权机关"
    public static let listName = "办理单位角色"

    public var aliases: [String] {
        switch self {
        case .creditAuthority: ["信用办", "上级信用主管部门", "本级信用主管部门"]
        case .evaluator: ["第三方机构", "第三方评价机构"]
        case .assessed: ["被考核单位", "被评议单位", "监测对象"]
        case .opennessAuthority: ["政务公开工作主管部门", "政务公开办公室"]
        case .assessmentGroup: ["政务公开工作考核小组"]
        case .leadingGroup: ["政务公开领导小组", "分管领导"]
        default: []
        }
    }
}

/// How information was collected, or verified.
public enum CollectionMethod: String, CodeList {
    /// 江苏省 2020: 各地自评、第三方测评、专家评审, and what other assessments of the province have found.
    case selfAssessment = "自评"
    case thirdParty = "第三方测评"
    case experts = "专家评审"
    case existingResults = "既有考评结果"
    /// 桐柏县方案第五部分.
    case returns = "数据填报"
    case monitoring = "大数据监测"
    /// 《政务公开工作考核实施细则》第八条第六项.
    case websites = "读网检查"
    case papers = "查阅资料"
    case telephone = "电话复查"
    case video = "视频查验"
    case onTheSpot = "实地复核"
    /// 《政务公开工作社会评议实施细则》第九条.
    case publicAppraisal = "公众评议"
    case delegateAppraisal = "代表评议"
    /// 《政务诚信评价办法》第十一条第二项: both belong to the verification.
    case visit = "实地走访"
    case writtenRequest = "书面核实"
    public static let listName = "采集核实方式"
}

/// What came of a step that decides something.
public enum StepOutcome: String, CodeList {
    /// 复评 (《政务诚信评价办法》第十一条第四、五项).
    case scoreChanged = "调整评分"
    case scoreUpheld = "维持初评"
    case insufficient = "理由或证明材料不充分"
    /// 规范性审核 (第十一条第六项).
    case passed = "通过"
    /// 规范性审核 and 等次审定.
    case returned = "退回"
    /// 等次审定 (《政务公开工作考核实施细则》第八条第六项).
    case agreed = "同意"
    /// 不良记录认定 (《政务诚信评价办法》第十六条).
    case entered = "记入"
    case notEntered = "不予记入"
    /// 投诉答复 (第十五条).
    case justified = "成立"
    case partlyJustified = "部分成立"
    case unjustified = "不成立"
    public static let listName = "办理结果"
}

/// The ground of a 不良记录 or of a complaint.
public enum StepGround: String, CodeList {
    /// 《政务诚信评价办法》第十六条.
    case late = "不及时"
    case untrue = "失实"
    /// 第十五条.
    case unfair = "显失公平"
    case arbitrary = "主观臆断"
    case irregular = "程序不规范"
    case other = "其他"
    public static let listName = "事由"
}

/// To whom results are sent.
public enum Recipient: String, CodeList {
    /// 《政务诚信评价办法》第十三条.
    case party = "党委"
    case congress = "人大"
    case government = "政府"
    case consultative = "政协"
    case otherOrgans = "相关国家机关"
    /// 《政务公开工作考核实施细则》第十二条.
    case personnel = "组织部门"
    /// 第八条第七项.
    case assessed = "被考核单位"
    public static let listName = "通报对象"
}

/// What a report must say because a rule asks for it.
public enum ReportStatement: String, CodeList {
    /// 《政务诚信评价办法》第十六条: the body was urged, supplied no self-assessment, and was evaluated all the same.
    case withoutSelfReport = "未提供自查自评"
    public static let listName = "载明事项"
}
