// Generated: ./dev api writes it anew. Made from OpenAPI with SHA-256 871872a475400bbb55c77d46dcb173e4bef048fd53f248bbe4bc1673050c54a7
export interface paths {
    "/.well-known/client-jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["client_jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["read_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["read_checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["prove_consistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["export_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["prove_entry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/pseudonym": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["find_pseudonym"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/public-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["read_public_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/study-names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["find_study"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/colours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_colours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retry_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["search_studies"];
        put?: never;
        post: operations["store_instances"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_study"];
        put?: never;
        post: operations["store_study_instances"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["search_study_instances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_study_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["search_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series/{series_instance_uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series/{series_instance_uid}/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["search_series_instances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series/{series_instance_uid}/instances/{sop_instance_uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_instance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series/{series_instance_uid}/instances/{sop_instance_uid}/frames/{frames}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_frames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series/{series_instance_uid}/instances/{sop_instance_uid}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_instance_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicom-web/studies/{study_instance_uid}/series/{series_instance_uid}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["retrieve_series_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["hear"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["answer_access"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/assessment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["write_assessment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/breach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["take_breach"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["show_held"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/notice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["write_notice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["write_record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/rectification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rectify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/rectification/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["preview_rectification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/rectification/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["show_rectifiable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/restriction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["restrict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/restriction/foreseen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["foresee_restriction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gdpr/restriction/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["lift_restriction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{image_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{image_id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{image_id}/explanations/{label}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_explanation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{image_id}/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{image_id}/instance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_instance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{image_id}/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_objects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_model"];
        put?: never;
        post: operations["choose_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{digest}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_card"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{digest}/evaluation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_evaluation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{digest}/faithfulness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_faithfulness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{digest}/pictures/{picture}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{sop_instance_uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_object"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_operations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/destinations/{name}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["check_destination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/images/{image_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retry_image"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_parked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/reports/{study_instance_uid}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retry_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["begin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/back-channel-logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["hear_of_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["come_back"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/link/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["use_link"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_studies"];
        put?: never;
        post: operations["send_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_study"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/earlier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_earlier"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_study_objects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/review/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["save_draft"];
        post?: never;
        delete: operations["discard_draft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/review/second-opinion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["ask_second_opinion"];
        delete: operations["withdraw_second_opinion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study_instance_uid}/review/sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["sign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upload-limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["show_limits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worklist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["read_worklist"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AccessRequest */
        AccessRequest: {
            /** Patient */
            patient: string;
            /** Recipients */
            recipients: string[];
            /**
             * Staff
             * @default false
             */
            staff: boolean;
        };
        /**
         * Attribute
         * @enum {string}
         */
        Attribute: "name" | "birth-date" | "sex" | "patient-id" | "issuer" | "accession";
        /** AuditDefect */
        AuditDefect: {
            /** First */
            first: number | null;
            /** Kind */
            kind: string;
            /** Last */
            last: number | null;
            /** Meaning */
            meaning: string;
        };
        /** AuditEntry */
        AuditEntry: {
            /** Event */
            event: {
                [key: string]: unknown;
            };
            /** Index */
            index: number;
            /** Leaf Hash */
            leaf_hash: string;
        };
        /** AuditLog */
        AuditLog: {
            /** Behind S */
            behind_s: number | null;
            /** Entries */
            entries: number;
            /** Waiting */
            waiting: number;
        };
        /** AuditPage */
        AuditPage: {
            /** Entries */
            entries: components["schemas"]["AuditEntry"][];
            /** Next After */
            next_after: number | null;
        };
        /** AuditVerification */
        AuditVerification: {
            /** Defects */
            defects: components["schemas"]["AuditDefect"][];
            /** Size */
            size: number;
            /** Waiting */
            waiting: number;
            /** Whole */
            whole: boolean;
        };
        /**
         * BreachForm
         * @enum {string}
         */
        BreachForm: "pdf" | "csv";
        /** BreachRequest */
        BreachRequest: {
            /**
             * Agent
             * @default
             */
            agent: string;
            /** @default pdf */
            format: components["schemas"]["BreachForm"];
            /** Known At */
            known_at?: string | null;
            /**
             * Language
             * @default en
             * @enum {string}
             */
            language: "en" | "pl";
            /**
             * Named
             * @default false
             */
            named: boolean;
            /**
             * Patients
             * @default []
             */
            patients: string[];
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * Call
         * @enum {string}
         */
        Call: "present" | "absent" | "indeterminate" | "not assessed";
        /** Checked */
        Checked: {
            /** Answers */
            answers: boolean;
            /** Error */
            error: string;
            /** Took Ms */
            took_ms: number;
        };
        /** Choice */
        Choice: {
            /** Digest */
            digest: string;
        };
        /** Chosen */
        Chosen: {
            /** Changed */
            changed: boolean;
        };
        /** Colours */
        Colours: {
            /** Full Scale Logit */
            full_scale_logit: number;
            /** Steps */
            steps: [
                number,
                number,
                number,
                number
            ][];
        };
        /** ConsistencyProof */
        ConsistencyProof: {
            /** Checkpoint */
            checkpoint: string;
            /** Old */
            old: number;
            /** Path */
            path: string[];
        };
        /** Database */
        Database: {
            /** Answer Ms */
            answer_ms: number;
            /** Version */
            version: string;
        };
        /** DeliveryLine */
        DeliveryLine: {
            /** Attempts */
            attempts: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Destination */
            destination: string;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Image Id */
            image_id: string | null;
            /** Last Error */
            last_error: string;
            parcel: components["schemas"]["Parcel"];
            /** Proof */
            proof: string;
            state: components["schemas"]["DeliveryState"];
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /** DeliveryPage */
        DeliveryPage: {
            /** Deliveries */
            deliveries: components["schemas"]["DeliveryLine"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * DeliveryState
         * @enum {string}
         */
        DeliveryState: "waiting" | "queued" | "sending" | "delivered" | "parked" | "superseded";
        /** DestinationLine */
        DestinationLine: {
            /** Address */
            address: string;
            /** Delivered Last Day */
            delivered_last_day: number;
            /** Delivered Last Hour */
            delivered_last_hour: number;
            /** Failing */
            failing: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "folder" | "pacs" | "ehr" | "not configured";
            /** Last Delivered At */
            last_delivered_at: string | null;
            /** Last Error */
            last_error: string;
            /** Name */
            name: string;
            /** Parked */
            parked: number;
            /** Unfinished */
            unfinished: number;
        };
        /** Disk */
        Disk: {
            /** Free Bytes */
            free_bytes: number;
            /** Reserve Bytes */
            reserve_bytes: number;
            /** Total Bytes */
            total_bytes: number;
        };
        /** Draft */
        Draft: {
            /**
             * Regions
             * @default []
             */
            regions: components["schemas"]["Region"][];
            /** Report Revision */
            report_revision: number;
            /**
             * Saved At
             * Format: date-time
             */
            saved_at: string;
            /**
             * Text
             * @default
             */
            text: string;
            /**
             * Verdicts
             * @default []
             */
            verdicts: components["schemas"]["LabelVerdict"][];
            /** Version */
            version: number;
        };
        /** DraftDiscarded */
        DraftDiscarded: {
            /** Discarded */
            discarded: boolean;
        };
        /** DraftToSave */
        DraftToSave: {
            /**
             * Regions
             * @default []
             */
            regions: components["schemas"]["Region"][];
            /** Report Revision */
            report_revision: number;
            /**
             * Text
             * @default
             */
            text: string;
            /**
             * Verdicts
             * @default []
             */
            verdicts: components["schemas"]["LabelVerdict"][];
            /** Version */
            version: number;
        };
        /** EarlierFinding */
        EarlierFinding: {
            call: components["schemas"]["Call"];
            label: components["schemas"]["Label"];
            /** Model Digest */
            model_digest: string;
            /** Probability */
            probability: number | null;
        };
        /** EarlierStudies */
        EarlierStudies: {
            /** Studies */
            studies: components["schemas"]["EarlierStudy"][];
        };
        /** EarlierStudy */
        EarlierStudy: {
            /** Description */
            description: string;
            /** Findings */
            findings: components["schemas"]["EarlierFinding"][];
            /**
             * First Seen At
             * Format: date-time
             */
            first_seen_at: string;
            /** Study Date */
            study_date: string | null;
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /**
         * EventType
         * @enum {string}
         */
        EventType: "service-started" | "service-stopped" | "configuration-in-use" | "configuration-changed" | "model-in-use" | "model-changed" | "client-key-changed" | "subject-key-changed" | "clock-stepped" | "association-opened" | "association-refused" | "instance-received" | "instance-refused" | "instance-declined" | "instance-already-held" | "instance-revised" | "instance-conflicting" | "instance-uploaded" | "image-analysed" | "image-parked" | "image-retried" | "report-retried" | "object-written" | "report-written" | "report-parked" | "verdict-given" | "verdict-amended" | "second-opinion-asked" | "second-opinion-withdrawn" | "second-opinion-given" | "verdicts-exported" | "transfer-begun" | "transfer-ended" | "delivery-parked" | "delivery-retried" | "studies-queried" | "study-shown" | "patient-changed" | "study-withdrawn" | "study-erased" | "patient-erased" | "patient-restricted" | "patient-released" | "patient-rectified" | "access-answered" | "pixels-expired" | "user-signed-in" | "user-signed-out" | "sessions-ended" | "sign-in-refused" | "token-issued" | "token-refused" | "access-denied" | "audit-read" | "audit-exported" | "log-contradicted" | "audit-retired";
        /** EvidenceMap */
        EvidenceMap: {
            call: components["schemas"]["Call"];
            /** Cells */
            cells: number[][];
            label: components["schemas"]["Label"];
            /** Logit */
            logit: number | null;
            /** Peak */
            peak: [
                number,
                number
            ] | null;
            /** Probability */
            probability: number | null;
            /** Threshold */
            threshold: number | null;
            tier: components["schemas"]["Tier"];
        };
        /**
         * ExportFormat
         * @enum {string}
         */
        ExportFormat: "ndjson" | "csv";
        /** FindingAnswer */
        FindingAnswer: {
            call: components["schemas"]["Call"];
            label: components["schemas"]["Label"];
            /** Logit */
            logit: number | null;
            /**
             * Not Assessed Because
             * @default
             */
            not_assessed_because: string;
            /** Probability */
            probability: number | null;
            /** Threshold */
            threshold: number | null;
            tier: components["schemas"]["Tier"];
        };
        /**
         * Ground
         * @enum {string}
         */
        Ground: "accuracy-contested" | "unlawful-processing" | "legal-claims" | "objection";
        /** Health */
        Health: {
            /**
             * Status
             * @enum {string}
             */
            status: "live" | "ready";
        };
        /** HeldOfPatient */
        HeldOfPatient: {
            /** Images */
            images: number;
            /** Issuer */
            issuer: string;
            /** Kept Until */
            kept_until: string | null;
            /** On Their Way */
            on_their_way: number;
            /** Patient */
            patient: string;
            /** Reports */
            reports: number;
            /** Results */
            results: number;
            /** Retention Years */
            retention_years: number;
            /** Studies */
            studies: number;
            /** Told */
            told: components["schemas"]["ToldPlace"][];
            /** Unwithdrawn */
            unwithdrawn: number;
            /** Verdicts */
            verdicts: number;
        };
        /** Identity */
        Identity: {
            /** Issuer */
            issuer: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "embedded" | "provider";
        };
        /** ImageDetail */
        ImageDetail: {
            /** Analysed At */
            analysed_at: string | null;
            /** Evidence Expired At */
            evidence_expired_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Modality */
            modality: string;
            model: components["schemas"]["Model"] | null;
            /** Pixels Expired At */
            pixels_expired_at: string | null;
            /** Reason */
            reason: string;
            /** Reason Code */
            reason_code: string;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /** Revision */
            revision: number;
            /** Series Instance Uid */
            series_instance_uid: string;
            /** Size Bytes */
            size_bytes: number;
            /** Sop Class Uid */
            sop_class_uid: string;
            /** Sop Instance Uid */
            sop_instance_uid: string;
            /** Source */
            source: string;
            state: components["schemas"]["ImageState"];
            /** Study Instance Uid */
            study_instance_uid: string;
            /** Wrapped */
            wrapped: boolean;
        };
        /** ImageEvidence */
        ImageEvidence: {
            /** Cell Mm */
            cell_mm: [
                number,
                number
            ] | null;
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Maps */
            maps: components["schemas"]["EvidenceMap"][];
        };
        /** ImageFindings */
        ImageFindings: {
            /** Findings */
            findings: components["schemas"]["FindingAnswer"][];
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            /** Intended Use */
            intended_use: string;
            model: components["schemas"]["Model"];
            /**
             * Status
             * @enum {string}
             */
            status: "preliminary" | "entered-in-error";
        };
        /** ImageObjects */
        ImageObjects: {
            /** Objects */
            objects: components["schemas"]["ObjectLine"][];
        };
        /**
         * ImageState
         * @enum {string}
         */
        ImageState: "received" | "analysed" | "declined" | "parked" | "superseded";
        /** ImageSummary */
        ImageSummary: {
            /** Analysed At */
            analysed_at: string | null;
            /** Evidence Expired At */
            evidence_expired_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Pixels Expired At */
            pixels_expired_at: string | null;
            /** Reason */
            reason: string;
            /** Reason Code */
            reason_code: string;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /** Revision */
            revision: number;
            /** Sop Instance Uid */
            sop_instance_uid: string;
            state: components["schemas"]["ImageState"];
        };
        /** InclusionProof */
        InclusionProof: {
            /** Checkpoint */
            checkpoint: string;
            /** Index */
            index: number;
            /** Leaf Hash */
            leaf_hash: string;
            /** Path */
            path: string[];
        };
        /** JudgedFinding */
        JudgedFinding: {
            call: components["schemas"]["Call"];
            /** Image Sha256 */
            image_sha256: string;
            label: components["schemas"]["Label"];
            /** Model Digest */
            model_digest: string;
            /** Probability */
            probability: number | null;
            /** Threshold */
            threshold: number | null;
        };
        /** KeySet */
        KeySet: {
            /** Keys */
            keys: {
                [key: string]: unknown;
            }[];
        };
        /**
         * Label
         * @enum {string}
         */
        Label: "No Finding" | "Enlarged Cardiomediastinum" | "Cardiomegaly" | "Lung Opacity" | "Lung Lesion" | "Edema" | "Consolidation" | "Pneumonia" | "Atelectasis" | "Pneumothorax" | "Pleural Effusion" | "Pleural Other" | "Fracture" | "Support Devices";
        /** LabelStanding */
        LabelStanding: {
            /** Indeterminate */
            indeterminate?: [
                number,
                number
            ] | null;
            label: components["schemas"]["Label"];
            /**
             * Not Assessed Because
             * @default
             */
            not_assessed_because: string;
            /** Threshold */
            threshold?: number | null;
            tier: components["schemas"]["Tier"];
        };
        /** LabelVerdict */
        LabelVerdict: {
            /** Answer */
            answer?: ("present" | "absent") | null;
            label: components["schemas"]["Label"];
            verdict: components["schemas"]["Verdict"];
        };
        /** ListedFinding */
        ListedFinding: {
            call: components["schemas"]["Call"];
            label: components["schemas"]["Label"];
            /** Probability */
            probability: number | null;
            /** Threshold */
            threshold: number | null;
        };
        /** ListenerLine */
        ListenerLine: {
            /** Ae Title */
            ae_title: string;
            /** Host */
            host: string;
            /** Port */
            port: number;
        };
        /** MissingVerdict */
        MissingVerdict: {
            call: components["schemas"]["Call"];
            label: components["schemas"]["Label"];
            need: components["schemas"]["Need"];
        };
        /** Model */
        Model: {
            /** Digest */
            digest: string;
            /** Name */
            name: string;
            /** Version */
            version: string;
        };
        /** ModelInUse */
        ModelInUse: {
            /** Digest */
            digest: string;
            /** Intended Use */
            intended_use: string;
            /** Labels */
            labels: components["schemas"]["LabelStanding"][];
            /** Name */
            name: string;
            /** Version */
            version: string;
        };
        /** ModelLabel */
        ModelLabel: {
            /** Indeterminate */
            indeterminate?: [
                number,
                number
            ] | null;
            label: components["schemas"]["Label"];
            /**
             * Not Assessed Because
             * @default
             */
            not_assessed_because: string;
            positives: components["schemas"]["SplitPositives"];
            /** Threshold */
            threshold?: number | null;
            tier: components["schemas"]["Tier"];
        };
        /** ModelLine */
        ModelLine: {
            /** Detail Px */
            detail_px: number;
            /** Digest */
            digest: string;
            /** Evaluated */
            evaluated: boolean;
            /** Explained */
            explained: boolean;
            /** In Use */
            in_use: boolean;
            /** Labels */
            labels: components["schemas"]["ModelLabel"][];
            /** Map Cells */
            map_cells: number;
            /** Name */
            name: string;
            /** Pictures */
            pictures: ("auroc" | "reliability" | "subgroups" | "faithfulness-curves" | "faithfulness-examples")[];
            /**
             * Precision
             * @enum {string}
             */
            precision: "fp32" | "bf16";
            /** Since */
            since: string | null;
            /** Version */
            version: string;
            /** Weights Sha256 */
            weights_sha256: string;
        };
        /** Models */
        Models: {
            /** Models */
            models: components["schemas"]["ModelLine"][];
        };
        /** ModelState */
        ModelState: {
            /** Digest */
            digest: string;
            /** Name */
            name: string;
            /** Problem */
            problem: string;
            /** Since */
            since: string | null;
            /** Version */
            version: string;
        };
        /**
         * Need
         * @enum {string}
         */
        Need: "verdict" | "answer" | "contradiction";
        /** ObjectLine */
        ObjectLine: {
            /** Content Url */
            content_url: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Kind */
            kind: string;
            /** Label */
            label: string;
            /** Series Instance Uid */
            series_instance_uid: string;
            /** Sha256 */
            sha256: string;
            /** Sop Class Uid */
            sop_class_uid: string;
            /** Sop Instance Uid */
            sop_instance_uid: string;
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "withdrawn";
        };
        /** OfPatient */
        OfPatient: {
            /** Patient */
            patient: string;
        };
        /** Operations */
        Operations: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            audit_log: components["schemas"]["AuditLog"];
            database: components["schemas"]["Database"];
            /** Declined */
            declined: components["schemas"]["ReasonLine"][];
            /** Destinations */
            destinations: components["schemas"]["DestinationLine"][];
            disk: components["schemas"]["Disk"];
            identity: components["schemas"]["Identity"];
            /** Last Received At */
            last_received_at: string | null;
            listener: components["schemas"]["ListenerLine"];
            model: components["schemas"]["ModelState"];
            /** Queues */
            queues: components["schemas"]["QueueLine"][];
            /** Quiet Period S */
            quiet_period_s: number;
            /** Refused */
            refused: components["schemas"]["ReasonLine"][];
            /** Reports Due */
            reports_due: number;
            /** Spans */
            spans: components["schemas"]["SpanLine"][];
            speed: components["schemas"]["SpeedOfDay"];
            /** Version */
            version: string;
            /** Workers */
            workers: number;
        };
        /**
         * Outcome
         * @enum {string}
         */
        Outcome: "success" | "minor failure" | "serious failure";
        /**
         * Parcel
         * @enum {string}
         */
        Parcel: "source" | "results" | "report";
        /** ParkedLine */
        ParkedLine: {
            /** Attempts */
            attempts: number;
            /** Can Retry */
            can_retry: boolean;
            /** Code */
            code: string;
            /** Destination */
            destination: string;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "image" | "report" | "delivery";
            /**
             * Parcel
             * @enum {string}
             */
            parcel: "" | "source" | "results" | "report";
            /** Reason */
            reason: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /** ParkedLines */
        ParkedLines: {
            /** Parked */
            parked: components["schemas"]["ParkedLine"][];
            /** Total */
            total: number;
        };
        /** PatientIdentifier */
        PatientIdentifier: {
            /**
             * Issuer
             * @default
             */
            issuer: string;
            /** Patient Id */
            patient_id: string;
        };
        /**
         * PersonRole
         * @enum {string}
         */
        PersonRole: "physician" | "officer" | "administrator" | "data-scientist";
        /** Problem */
        Problem: {
            /** Detail */
            detail: string;
            /** Instance */
            instance: string;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /** Type */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** Pseudonym */
        Pseudonym: {
            /** Patient */
            patient: string | null;
        };
        /** Question */
        Question: {
            /**
             * Asked Of
             * @default
             */
            asked_of: string;
            /**
             * Question
             * @default
             */
            question: string;
        };
        /** Queued */
        Queued: {
            /** Queued */
            queued: number;
        };
        /** QueueLine */
        QueueLine: {
            /** Due */
            due: number;
            /** Later */
            later: number;
            /** Name */
            name: string;
            /** Oldest S */
            oldest_s: number | null;
            /** Running */
            running: number;
        };
        /** ReasonLine */
        ReasonLine: {
            /** Code */
            code: string;
            /** Count */
            count: number;
        };
        /**
         * RecordForm
         * @enum {string}
         */
        RecordForm: "pdf" | "json";
        /** RectifiableStudies */
        RectifiableStudies: {
            /** Studies */
            studies: components["schemas"]["RectifiableStudy"][];
        };
        /** RectifiableStudy */
        RectifiableStudy: {
            /** Date */
            date: string | null;
            /** Description */
            description: string;
            /** Images */
            images: number;
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /** RectificationEffect */
        RectificationEffect: {
            /** Declined */
            declined: number;
            /** Homeless */
            homeless: string[];
            /** Images */
            images: number;
            /** Joins */
            joins: boolean;
            /** Not Held */
            not_held: number;
            /** Others */
            others: number;
            /** Places */
            places: string[];
            /** Reports */
            reports: number;
            /** Results */
            results: number;
            /** Right */
            right: number;
            /** Signed */
            signed: number;
            /** Studies */
            studies: number;
            /** Undecodable */
            undecodable: number;
            /** Withdrawn */
            withdrawn: number;
        };
        /**
         * Refusal
         * @enum {string}
         */
        Refusal: "study-withdrawn" | "pixels-expired" | "no-report" | "report-changed" | "draft-changed" | "unknown-image" | "verdict-missing" | "already-signed" | "amends-outdated" | "second-opinion-asked" | "not-asked" | "not-the-asker";
        /** Region */
        Region: {
            /**
             * Image Id
             * Format: uuid
             */
            image_id: string;
            label: components["schemas"]["Label"];
            /** Points */
            points: [
                number,
                number
            ][];
        };
        /**
         * RejectionReason
         * @enum {string}
         */
        RejectionReason: "patient-safety" | "quality" | "wrong-worklist-entry" | "retention-expired";
        /** ReportLine */
        ReportLine: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Revision */
            revision: number;
            /** Status */
            status: string;
        };
        /**
         * ReportStatus
         * @enum {string}
         */
        ReportStatus: "preliminary" | "final" | "amended" | "appended" | "entered-in-error";
        /** RestrictionCovers */
        RestrictionCovers: {
            /** Deliveries */
            deliveries: number;
            /** Images */
            images: number;
            /** Owed */
            owed: number;
            /** Reports */
            reports: number;
            /** Results */
            results: number;
            /** Sending */
            sending: number;
            /** Studies */
            studies: number;
            /** Waiting */
            waiting: number;
        };
        /** RestrictionForeseen */
        RestrictionForeseen: {
            covers: components["schemas"]["RestrictionCovers"];
            standing: components["schemas"]["RestrictionStanding"] | null;
        };
        /** RestrictionLifted */
        RestrictionLifted: {
            /** Deliveries */
            deliveries: number;
            /** Images */
            images: number;
            /** Reports */
            reports: number;
        };
        /** RestrictionStanding */
        RestrictionStanding: {
            ground: components["schemas"]["Ground"];
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /**
         * ReviewKind
         * @enum {string}
         */
        ReviewKind: "first" | "second-opinion" | "amendment";
        /**
         * ReviewState
         * @enum {string}
         */
        ReviewState: "none" | "draft" | "waiting" | "signed" | "again";
        /** RightValues */
        RightValues: {
            /** Accession */
            accession?: string | null;
            /** Birth Date */
            birth_date?: string | null;
            /** Issuer */
            issuer?: string | null;
            /** Name */
            name?: string | null;
            /** Patient Id */
            patient_id?: string | null;
            /** Sex */
            sex?: string | null;
        };
        /**
         * Scope
         * @enum {string}
         */
        Scope: "study.read" | "study.write" | "review.write" | "audit.read" | "ops" | "model.write";
        /** SecondOpinion */
        SecondOpinion: {
            /** Answered By */
            answered_by: string | null;
            /**
             * Asked At
             * Format: date-time
             */
            asked_at: string;
            /** Asked Of */
            asked_of: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Yours */
            is_yours: boolean;
            /** Name */
            name: string;
            /** Question */
            question: string;
            /** Withdrawn At */
            withdrawn_at: string | null;
        };
        /** SessionView */
        SessionView: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Idle Until
             * Format: date-time
             */
            idle_until: string;
            /** Intended Use */
            intended_use: string;
            /** Name */
            name: string;
            /** Roles */
            roles: components["schemas"]["PersonRole"][];
            /** Scopes */
            scopes: components["schemas"]["Scope"][];
            /** Subject */
            subject: string;
            /** Version */
            version: string;
        };
        /** Signature */
        Signature: {
            /** Amends */
            amends?: string | null;
            /** Report Revision */
            report_revision: number;
            /** Version */
            version: number;
        };
        /** SignedOut */
        SignedOut: {
            /** End Session Url */
            end_session_url: string | null;
            /** Sessions */
            sessions: number;
        };
        /** SignedReview */
        SignedReview: {
            /** Findings */
            findings: components["schemas"]["JudgedFinding"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Yours */
            is_yours: boolean;
            kind: components["schemas"]["ReviewKind"];
            /** Name */
            name: string;
            /** Regions */
            regions: components["schemas"]["Region"][];
            /** Report Revision */
            report_revision: number;
            /**
             * Signed At
             * Format: date-time
             */
            signed_at: string;
            /** Supersedes */
            supersedes: string | null;
            /** Text */
            text: string;
            /** Verdicts */
            verdicts: components["schemas"]["LabelVerdict"][];
        };
        /**
         * Sort
         * @enum {string}
         */
        Sort: "priority" | "received" | "patient" | "status";
        /** SpanLine */
        SpanLine: {
            /** Analysed */
            analysed: number;
            /**
             * Begins At
             * Format: date-time
             */
            begins_at: string;
            /** Declined */
            declined: number;
            /** Delivered */
            delivered: number;
            /** P50 S */
            p50_s: number | null;
            /** P95 S */
            p95_s: number | null;
            /** Received */
            received: number;
            /** Reported */
            reported: number;
        };
        /** SpeedOfDay */
        SpeedOfDay: {
            /** P50 S */
            p50_s: number | null;
            /** P95 S */
            p95_s: number | null;
        };
        /** SplitPositives */
        SplitPositives: {
            /** Test */
            test: number;
            /** Train */
            train: number;
            /** Valid */
            valid: number;
        };
        /** StudyDetail */
        StudyDetail: {
            /** Deliveries */
            deliveries: components["schemas"]["DeliveryLine"][];
            /** Findings */
            findings: components["schemas"]["StudyFinding"][];
            /**
             * First Seen At
             * Format: date-time
             */
            first_seen_at: string;
            /** Images */
            images: {
                [key: string]: number;
            };
            /** Intended Use */
            intended_use: string;
            /** Park Reason */
            park_reason: string;
            /** Received */
            received: components["schemas"]["ImageSummary"][];
            report: components["schemas"]["ReportLine"] | null;
            /** Report Pending */
            report_pending: boolean;
            /** Report Revision */
            report_revision: number;
            status: components["schemas"]["ReportStatus"];
            /** Study Instance Uid */
            study_instance_uid: string;
            /** Withdrawn At */
            withdrawn_at: string | null;
            withdrawn_because: components["schemas"]["RejectionReason"] | null;
        };
        /** StudyFinding */
        StudyFinding: {
            call: components["schemas"]["Call"];
            label: components["schemas"]["Label"];
            /** Logit */
            logit: number | null;
            /**
             * Not Assessed Because
             * @default
             */
            not_assessed_because: string;
            /** Probability */
            probability: number | null;
            /** Sop Instance Uid */
            sop_instance_uid: string | null;
            /** Threshold */
            threshold: number | null;
            tier: components["schemas"]["Tier"];
        };
        /** StudyIdentifier */
        StudyIdentifier: {
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /** StudyLine */
        StudyLine: {
            /**
             * First Seen At
             * Format: date-time
             */
            first_seen_at: string;
            /** Images */
            images: {
                [key: string]: number;
            };
            /** Report Pending */
            report_pending: boolean;
            /** Report Revision */
            report_revision: number;
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /** StudyNames */
        StudyNames: {
            /** Studies */
            studies: string[];
        };
        /** StudyPage */
        StudyPage: {
            /** Next Cursor */
            next_cursor: string | null;
            /** Studies */
            studies: components["schemas"]["StudyLine"][];
        };
        /** StudyReview */
        StudyReview: {
            draft: components["schemas"]["Draft"] | null;
            /** Missing */
            missing: components["schemas"]["MissingVerdict"][];
            obstacle: components["schemas"]["Refusal"] | null;
            /** Report Pending */
            report_pending: boolean;
            /** Report Revision */
            report_revision: number;
            /** Reviews */
            reviews: components["schemas"]["SignedReview"][];
            /** Second Opinions */
            second_opinions: components["schemas"]["SecondOpinion"][];
            signs_as: components["schemas"]["ReviewKind"] | null;
            /** Standing */
            standing: string | null;
            state: components["schemas"]["ReviewState"];
            /** Study Instance Uid */
            study_instance_uid: string;
        };
        /**
         * StudyStatus
         * @enum {string}
         */
        StudyStatus: "received" | "analysing" | "reported" | "delivered" | "parked" | "declined" | "withdrawn" | "restricted";
        /**
         * Tier
         * @enum {string}
         */
        Tier: "assessed" | "exploratory" | "not assessed";
        /** ToldPlace */
        ToldPlace: {
            /** Destination */
            destination: string;
            /** Is Configured */
            is_configured: boolean;
            /** Studies */
            studies: number;
            /** Withdrawn */
            withdrawn: number;
        };
        /** ToLift */
        ToLift: {
            /**
             * Informed On
             * Format: date
             */
            informed_on: string;
            /** Patient */
            patient: string;
        };
        /** ToRectify */
        ToRectify: {
            /** Patient */
            patient: string;
            /** Studies */
            studies?: string[] | null;
            values: components["schemas"]["RightValues"];
        };
        /** ToRestrict */
        ToRestrict: {
            ground: components["schemas"]["Ground"];
            /** Patient */
            patient: string;
        };
        /** Uploaded */
        Uploaded: {
            /** Results */
            results: components["schemas"]["UploadedFile"][];
        };
        /** UploadedFile */
        UploadedFile: {
            /**
             * Code
             * @default
             */
            code: string;
            /** Image Id */
            image_id?: string | null;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "accepted" | "already held" | "declined" | "parked" | "refused";
            /** Position */
            position: number;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Status Url
             * @default
             */
            status_url: string;
            /**
             * Wrapped
             * @default false
             */
            wrapped: boolean;
        };
        /** UploadLimits */
        UploadLimits: {
            /** Largest Bytes */
            largest_bytes: number;
            /** Most Files */
            most_files: number;
        };
        /**
         * Verdict
         * @enum {string}
         */
        Verdict: "agree" | "disagree" | "unsure";
        /** Whose */
        Whose: {
            /** Issuer */
            issuer?: string | null;
            /** Patient Id */
            patient_id: string;
        };
        /** Worklist */
        Worklist: {
            /** Offset */
            offset: number;
            /** Studies */
            studies: components["schemas"]["WorklistStudy"][];
            /** Total */
            total: number;
        };
        /** WorklistQuery */
        WorklistQuery: {
            /**
             * Descending
             * @default true
             */
            descending: boolean;
            finding?: components["schemas"]["Label"] | null;
            /**
             * Limit
             * @default 50
             */
            limit: number;
            /**
             * Offset
             * @default 0
             */
            offset: number;
            /**
             * Review
             * @default []
             */
            review: components["schemas"]["ReviewState"][];
            /** @default received */
            sort: components["schemas"]["Sort"];
            /**
             * Status
             * @default []
             */
            status: components["schemas"]["StudyStatus"][];
            /**
             * Studies
             * @default []
             */
            studies: string[];
            /**
             * Text
             * @default
             */
            text: string;
        };
        /** WorklistStudy */
        WorklistStudy: {
            /** Accession Number */
            accession_number: string;
            /** Birth Date */
            birth_date: string | null;
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /** Corrected */
            corrected: components["schemas"]["Attribute"][];
            /** Corrected On */
            corrected_on: string | null;
            /** Description */
            description: string;
            /** Findings */
            findings: components["schemas"]["ListedFinding"][];
            /** Images */
            images: number;
            /** Patient Changed At */
            patient_changed_at: string | null;
            /** Patient Id */
            patient_id: string;
            /** Patient Id Before */
            patient_id_before: string;
            /** Patient Name */
            patient_name: string;
            /** Priority */
            priority: number | null;
            /** Reason */
            reason: string;
            /** Reason Code */
            reason_code: string;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            review: components["schemas"]["ReviewState"];
            /** Sex */
            sex: string;
            /** Source */
            source: string;
            status: components["schemas"]["StudyStatus"];
            /** Study Date */
            study_date: string | null;
            /** Study Instance Uid */
            study_instance_uid: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    client_jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_audit: {
        parameters: {
            query?: {
                after?: number;
                agent?: string | null;
                before?: number | null;
                limit?: number;
                newest_first?: boolean;
                outcome?: components["schemas"]["Outcome"] | null;
                patient?: string | null;
                purpose?: string | null;
                since?: string | null;
                study?: string[];
                type?: components["schemas"]["EventType"][];
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prove_consistency: {
        parameters: {
            query: {
                old: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyProof"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_audit: {
        parameters: {
            query?: {
                agent?: string | null;
                first?: number;
                format?: components["schemas"]["ExportFormat"];
                named?: boolean;
                outcome?: components["schemas"]["Outcome"] | null;
                patient?: string | null;
                purpose?: string | null;
                since?: string | null;
                study?: string[];
                type?: components["schemas"]["EventType"][];
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": unknown;
                    "text/csv": unknown;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prove_entry: {
        parameters: {
            query: {
                index: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InclusionProof"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_pseudonym: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatientIdentifier"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pseudonym"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_public_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_study: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StudyIdentifier"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudyNames"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_colours: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Colours"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                cursor?: string | null;
                destination?: string | null;
                limit?: number;
                state?: components["schemas"]["DeliveryState"][] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryLine"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_studies: {
        parameters: {
            query?: {
                AccessionNumber?: string;
                fuzzymatching?: string;
                includefield?: string;
                limit?: string;
                ModalitiesInStudy?: string;
                Modality?: string;
                offset?: string;
                PatientBirthDate?: string;
                PatientID?: string;
                PatientName?: string;
                ReferringPhysicianName?: string;
                SeriesInstanceUID?: string;
                SOPClassUID?: string;
                SOPInstanceUID?: string;
                StudyDate?: string;
                StudyDescription?: string;
                StudyID?: string;
                StudyInstanceUID?: string;
                StudyTime?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    store_instances: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/related; type=\"application/dicom\"": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the upload is larger than the limit: send fewer files at a time",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 413,
                     *       "title": "Request Entity Too Large",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "send the files as multipart/form-data",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 415,
                     *       "title": "Unsupported Media Type",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_study: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    store_study_instances: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/related; type=\"application/dicom\"": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the upload is larger than the limit: send fewer files at a time",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 413,
                     *       "title": "Request Entity Too Large",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "send the files as multipart/form-data",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 415,
                     *       "title": "Unsupported Media Type",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_study_instances: {
        parameters: {
            query?: {
                AccessionNumber?: string;
                fuzzymatching?: string;
                includefield?: string;
                InstanceNumber?: string;
                limit?: string;
                ModalitiesInStudy?: string;
                Modality?: string;
                offset?: string;
                PatientBirthDate?: string;
                PatientID?: string;
                PatientName?: string;
                ReferringPhysicianName?: string;
                SeriesInstanceUID?: string;
                SeriesNumber?: string;
                SOPClassUID?: string;
                SOPInstanceUID?: string;
                StudyDate?: string;
                StudyDescription?: string;
                StudyID?: string;
                StudyInstanceUID?: string;
                StudyTime?: string;
            };
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_study_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_series: {
        parameters: {
            query?: {
                AccessionNumber?: string;
                fuzzymatching?: string;
                includefield?: string;
                limit?: string;
                ModalitiesInStudy?: string;
                Modality?: string;
                offset?: string;
                PatientBirthDate?: string;
                PatientID?: string;
                PatientName?: string;
                ReferringPhysicianName?: string;
                SeriesInstanceUID?: string;
                SeriesNumber?: string;
                SOPClassUID?: string;
                SOPInstanceUID?: string;
                StudyDate?: string;
                StudyDescription?: string;
                StudyID?: string;
                StudyInstanceUID?: string;
                StudyTime?: string;
            };
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_series: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_instance_uid: string;
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/dicom\"": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_series_instances: {
        parameters: {
            query?: {
                AccessionNumber?: string;
                fuzzymatching?: string;
                includefield?: string;
                InstanceNumber?: string;
                limit?: string;
                ModalitiesInStudy?: string;
                Modality?: string;
                offset?: string;
                PatientBirthDate?: string;
                PatientID?: string;
                PatientName?: string;
                ReferringPhysicianName?: string;
                SeriesInstanceUID?: string;
                SeriesNumber?: string;
                SOPClassUID?: string;
                SOPInstanceUID?: string;
                StudyDate?: string;
                StudyDescription?: string;
                StudyID?: string;
                StudyInstanceUID?: string;
                StudyTime?: string;
            };
            header?: never;
            path: {
                series_instance_uid: string;
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_instance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_instance_uid: string;
                sop_instance_uid: string;
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom": string;
                    "multipart/related; type=\"application/dicom\"": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_frames: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                frames: string;
                series_instance_uid: string;
                sop_instance_uid: string;
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "multipart/related; type=\"application/octet-stream\"": string;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_instance_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_instance_uid: string;
                sop_instance_uid: string;
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrieve_series_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_instance_uid: string;
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom+json": Record<string, never>;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this is answered in another media type than the request accepts",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 406,
                     *       "title": "Not Acceptable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hear: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answer_access: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/age-encryption": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no room for another image now: try again later",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 507,
                     *       "title": "Insufficient Storage",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_assessment: {
        parameters: {
            query?: {
                language?: "en" | "pl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_breach: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BreachRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                    "text/csv": unknown;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_held: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Whose"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldOfPatient"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_notice: {
        parameters: {
            query?: {
                language?: "en" | "pl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_record: {
        parameters: {
            query?: {
                format?: components["schemas"]["RecordForm"];
                language?: "en" | "pl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/pdf": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rectify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToRectify"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RectificationEffect"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no room for another image now: try again later",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 507,
                     *       "title": "Insufficient Storage",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_rectification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToRectify"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RectificationEffect"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_rectifiable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfPatient"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RectifiableStudies"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restrict: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToRestrict"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestrictionCovers"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    foresee_restriction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfPatient"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestrictionForeseen"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lift_restriction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToLift"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestrictionLifted"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_evidence: {
        parameters: {
            query?: {
                exploratory?: boolean;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageEvidence"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_explanation: {
        parameters: {
            query?: {
                exploratory?: boolean;
            };
            header?: never;
            path: {
                image_id: string;
                label: components["schemas"]["Label"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_findings: {
        parameters: {
            query?: {
                exploratory?: boolean;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageFindings"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_instance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_objects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageObjects"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelInUse"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    choose_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Choice"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chosen"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_card: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_evaluation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_faithfulness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_picture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
                picture: "auroc" | "reliability" | "subgroups" | "faithfulness-curves" | "faithfulness-examples";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_object: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sop_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dicom": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 410,
                     *       "title": "Gone",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_operations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operations"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checked"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queued"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_parked: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParkedLines"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queued"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin: {
        parameters: {
            query?: {
                next?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hear_of_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    logout_token?: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request cannot be read: send it as the documentation says",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 400,
                     *       "title": "Bad Request",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    come_back: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                iss?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    use_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: {
                everywhere?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_studies: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                since?: string | null;
                state?: components["schemas"]["ImageState"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudyPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_images: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Accession Number
                     * @default
                     */
                    accession_number?: string;
                    /** Birth Date */
                    birth_date?: string | null;
                    files: string[];
                    /** Patient Id */
                    patient_id?: string | null;
                    /**
                     * Patient Name
                     * @default
                     */
                    patient_name?: string;
                    /**
                     * Sex
                     * @default
                     * @enum {string}
                     */
                    sex?: "M" | "F" | "O" | "";
                    /**
                     * View
                     * @default
                     * @enum {string}
                     */
                    view?: "PA" | "AP" | "";
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Uploaded"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the upload is larger than the limit: send fewer files at a time",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 413,
                     *       "title": "Request Entity Too Large",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "send the files as multipart/form-data",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 415,
                     *       "title": "Unsupported Media Type",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no room for another image now: try again later",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 507,
                     *       "title": "Insufficient Storage",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_study: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudyDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_earlier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EarlierStudies"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_study_objects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageObjects"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_report: {
        parameters: {
            query?: {
                revision?: number | null;
            };
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entry": [],
                     *       "resourceType": "Bundle",
                     *       "type": "transaction"
                     *     }
                     */
                    "application/fhir+json": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudyReview"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftToSave"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftDiscarded"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_second_opinion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Question"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondOpinion"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_second_opinion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondOpinion"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                study_instance_uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Signature"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedReview"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no such thing here",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 404,
                     *       "title": "Not Found",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "this cannot be done in the state that it is in",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 409,
                     *       "title": "Conflict",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_limits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadLimits"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the upload is larger than the limit: send fewer files at a time",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 413,
                     *       "title": "Request Entity Too Large",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "send the files as multipart/form-data",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 415,
                     *       "title": "Unsupported Media Type",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "there is no room for another image now: try again later",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 507,
                     *       "title": "Insufficient Storage",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_worklist: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorklistQuery"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worklist"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a valid bearer token is needed",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 401,
                     *       "title": "Unauthorized",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the token lacks the scope that this needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 403,
                     *       "title": "Forbidden",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "a value does not have the form that it needs",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 422,
                     *       "title": "Unprocessable Entity",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "not now: try again in a moment",
                     *       "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                     *       "status": 503,
                     *       "title": "Service Unavailable",
                     *       "type": "about:blank"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
