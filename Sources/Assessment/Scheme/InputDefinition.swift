public import CreditModel

/// One data item (数据项) of an indicator: its name, its form and where it comes from.
public struct InputDefinition: Sendable, Hashable {
    /// The name under which observations carry it, e.g. `lost`.
    public var name: String
    /// 中文名称.
    public var label: String
    public var form: InputForm
    /// The largest value that means something; above it a count or rate is counted as this, and the result says so.
    public var maximum: Rational?
    /// Not needed by the rule as the scheme stands: an option or an overlay reads it.
    public var isOptional: Bool
    /// The records of the archive that it counts; nil for what bodies report.
    public var records: RecordSelection?
}

/// Records of the archive that an input counts: any rule may name record types.
public struct RecordSelection: Sendable, Hashable {
    /// 失信类别.
    public var categories: [CreditModel.Category]
}

extension InputDefinition {
    init(name: String, _ node: DocumentNode) throws(SchemeFault) {
        self.name = name
        let isName = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
        }
        guard (1...64).contains(name.utf8.count), isName else {
            throw node.badValue("小写字母、数字、下划线组成的数据项名", "lower-case letters, digits and '_' as the input's name")
        }
        var fields = try node.fields()
        label = try fields.text("zh")
        form = try fields.required("form").choice()
        maximum = try fields.optional("max")?.positiveDecimal()
        isOptional = try fields.optional("optional")?.boolean() ?? false
        if let records = try fields.optional("records")?.elements() {
            var categories: [CreditModel.Category] = []
            for record in records { categories.append(try record.choice()) }
            self.records = RecordSelection(categories: categories)
        }
        guard maximum == nil || form == .count || form == .decimal else {
            throw node.badValue("只有 count 与 decimal 可有 max", "max only with count and decimal")
        }
        guard records == nil || form == .count else {
            throw node.badValue("由档案计数的数据项应为 count", "count, for what is counted from the archive")
        }
        try fields.finish()
    }
}
