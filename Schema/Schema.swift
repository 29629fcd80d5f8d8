/// Documents of the house as embedded resources: SQL, policies, schemes, demo data.
public enum Schema {
    /// The tables of `log.sqlite`.
    public static var logSQL: String { text(PackageResources.log_sql) }
    /// The tables of `index.sqlite`.
    public static var indexSQL: String { text(PackageResources.index_sql) }
    /// The tables of `facts.sqlite`.
    public static var factsSQL: String { text(PackageResources.facts_sql) }
    /// The tables of `read-<n>.sqlite`.
    public static var readSQL: String { text(PackageResources.read_sql) }
    /// The table of `access.sqlite`.
    public static var accessSQL: String { text(PackageResources.access_sql) }
    /// The tables of a witness's state.
    public static var witnessSQL: String { text(PackageResources.witness_sql) }

    /// The default policy, as bytes: its digest stands in the first entry of an archive.
    public static var defaultPolicy: [UInt8] { PackageResources.default_json }

    /// The paperwork of the fictional demo county, by template.
    public static var demoCounty: [(template: String, bytes: [UInt8])] {
        [
            ("bodies", PackageResources.bodies_csv), ("incidents", PackageResources.incidents_csv),
            ("dispositions", PackageResources.dispositions_csv), ("observations", PackageResources.observations_csv),
        ]
    }

    /// `AUDIT.md` of a full export, with `{{origin}}` and `{{keys}}` to be filled in.
    public static var auditGuide: [UInt8] { PackageResources.AUDIT_md }
    /// `AUDIT.md` of a public export, likewise.
    public static var publicAuditGuide: [UInt8] { PackageResources.PUBLIC_md }
    /// `audit.py`: checks an export without this program.
    public static var auditProgram: [UInt8] { PackageResources.audit_py }

    /// The style of an evidence bundle's page.
    public static var bundleStyle: String { text(PackageResources.page_css) }
    /// How to check an evidence bundle without this house's program, in Python.
    public static var bundleCheck: String { text(PackageResources.check_bundle_py) }

    /// The description of the service, OpenAPI 3.1.
    public static var openAPI: [UInt8] { PackageResources.openapi_yaml }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
