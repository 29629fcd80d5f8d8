extension Schema {
    /// The evaluation schemes as YAML, by id.
    public static var schemes: [(id: String, bytes: [UInt8])] {
        [
            ("jiangsu-2020", PackageResources.jiangsu_2020_yaml),
            ("openness-appraisal", PackageResources.openness_appraisal_yaml),
            ("openness-assessment", PackageResources.openness_assessment_yaml),
            ("province-integrity", PackageResources.province_integrity_yaml),
            ("tongbai-2023-department", PackageResources.tongbai_2023_department_yaml),
            ("tongbai-2023-township", PackageResources.tongbai_2023_township_yaml),
        ]
    }

    /// Which indicators of the schemes are about one idea.
    public static var schemeThemes: [UInt8] { PackageResources.themes_yaml }

    /// The options by which schemes treat the ambiguities of their sources.
    public static var schemeOptions: [UInt8] { PackageResources.options_yaml }
}
