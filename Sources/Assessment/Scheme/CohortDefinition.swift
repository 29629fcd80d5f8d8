public import CreditModel

/// Who is compared with whom: bodies of one class within one area, on the period's last day (contract §5).
public struct CohortDefinition: Sendable, Hashable {
    /// How far an area reaches, by the digits of 行政区划代码 that its bodies share.
    public enum Area: String, Sendable, CaseIterable {
        case county, city, province

        var digits: Int {
            switch self {
            case .county: 6
            case .city: 4
            case .province: 2
            }
        }
    }

    public struct BodyClass: Sendable, Hashable {
        public var name: String
        public var kinds: Set<BodyKind>
        /// Empty: every level.
        public var levels: Set<BodyLevel>
    }

    public var within: Area
    public var classes: [BodyClass]

    init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        within = try fields.required("within").choice()
        classes = []
        for member in try fields.required("classes").members() {
            var one = try member.value.fields()
            let kinds = Set(try one.required("kinds").choices(of: BodyKind.self))
            let levels = Set(try one.optional("levels")?.choices(of: BodyLevel.self) ?? [])
            try one.finish()
            classes.append(BodyClass(name: member.key, kinds: kinds, levels: levels))
        }
        try fields.finish()
    }

    /// The cohort that a body of this kind, level and region belongs to; nil for one that the scheme is not about.
    public func key(kind: BodyKind, level: BodyLevel?, region: RegionCode) -> CohortKey? {
        let found = classes.first { bodyClass in
            bodyClass.kinds.contains(kind)
                && (bodyClass.levels.isEmpty || level.map(bodyClass.levels.contains) == true)
        }
        return found.map { CohortKey(area: String(region.text.prefix(within.digits)), bodyClass: $0.name) }
    }
}

/// One cohort of a scheme. Two counties never share one.
public struct CohortKey: Sendable, Hashable, Comparable {
    /// The digits of 行政区划代码 that its bodies share.
    public var area: String
    /// The class's name in the scheme.
    public var bodyClass: String

    public static func < (left: CohortKey, right: CohortKey) -> Bool {
        (left.area, left.bodyClass) < (right.area, right.bodyClass)
    }
}
