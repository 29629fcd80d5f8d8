internal import CreditModel

extension CohortDefinition {
    /// Whom the scheme assesses, in words: `县直单位（工作部门、直属机构）`.
    public var words: String {
        classes.map { one in
            let kinds = BodyKind.allCases.filter(one.kinds.contains).map(\.rawValue)
            let levels = BodyLevel.allCases.filter(one.levels.contains).map { "\($0.rawValue)级" }
            return "\(one.name)（\((kinds + levels).joined(separator: "、"))）"
        }.joined(separator: "；")
    }
}
